package fas

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"athena-timestream/federation/fas/internal/envelope"
	"athena-timestream/federation/message"
)

// The options of an identity that make a session.
const (
	OptionToken = "fas_token"
	OptionKey   = "service_kms_key_id" // a key's id, ARN or alias
)

// KMS is the call that is made; *kms.Client has it.
type KMS interface {
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// Credentials are the caller's, or nil if the identity brings no session: both options, or there is none. A session that
// cannot be opened is an error, InvalidCredentials or what KMS says, and never a reason to go on without it.
func Credentials(ctx context.Context, client KMS, caller *message.Identity) (aws.CredentialsProvider, error) {
	if caller == nil {
		return nil, nil
	}
	token, sent := caller.ConfigOptions[OptionToken]
	keyID, named := caller.ConfigOptions[OptionKey]
	if !sent || !named {
		return nil, nil
	}
	plain, err := open(ctx, client, keyID, token)
	if err != nil {
		return nil, err
	}
	return parse(plain)
}

// open is the token's plaintext.
func open(ctx context.Context, client KMS, keyID, token string) ([]byte, error) {
	if keyID == "" {
		return nil, refused(fmt.Errorf("%s is empty", OptionKey))
	}
	sealed, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(token, "="))
	if err != nil {
		return nil, refused(errors.New("it is not base64"))
	}
	m, err := envelope.Parse(sealed)
	if err != nil {
		return nil, refused(err)
	}
	dataKey, err := dataKey(ctx, client, keyID, m)
	if err != nil {
		return nil, err
	}
	plain, err := m.Open(dataKey)
	if err != nil {
		return nil, refused(err)
	}
	return plain, nil
}

// provider is what the Encryption SDK writes for keys of KMS.
const provider = "aws-kms"

// dataKey has KMS open the message's data key with the one key that may have sealed it. KMS itself refuses any other.
func dataKey(ctx context.Context, client KMS, keyID string, m *envelope.Message) ([]byte, error) {
	err := error(refused(fmt.Errorf("none of its data keys is sealed under %s", keyID)))
	for _, k := range m.DataKeys {
		if k.Provider != provider || isKeyARN(keyID) && k.KeyID != keyID {
			continue
		}
		var out *kms.DecryptOutput
		out, err = client.Decrypt(ctx, &kms.DecryptInput{KeyId: &keyID, CiphertextBlob: k.Sealed, EncryptionContext: m.Context})
		if err != nil {
			err = fmt.Errorf("open the caller's session (%s): KMS key %s (%s), on which the function's role needs kms:Decrypt: %w",
				OptionToken, keyID, OptionKey, err)
			continue
		}
		if aws.ToString(out.KeyId) == k.KeyID {
			return out.Plaintext, nil
		}
		err = refused(errors.New("its data key names another key than the one that opens it"))
	}
	return nil, err
}

// isKeyARN is true for what a data key names its key by.
func isKeyARN(id string) bool {
	return strings.HasPrefix(id, "arn:") && strings.Contains(id, ":key/")
}

// parse reads credentials. What is wrong with them is told without a letter of them.
func parse(plain []byte) (aws.CredentialsProvider, error) {
	var c struct {
		AccessToken   string `json:"accessToken"`
		SecretToken   string `json:"secretToken"`
		SecurityToken string `json:"securityToken"`
	}
	if json.Unmarshal(plain, &c) != nil {
		return nil, refused(errors.New("it holds no JSON object of texts"))
	}
	if c.AccessToken == "" || c.SecretToken == "" || c.SecurityToken == "" {
		return nil, refused(errors.New("it has to hold accessToken, secretToken and securityToken"))
	}
	return credentials.NewStaticCredentialsProvider(c.AccessToken, c.SecretToken, c.SecurityToken), nil
}

// refused is the error for a token that is not what it should be. It never holds the token.
func refused(why error) *message.Error {
	return message.Errorf(message.InvalidCredentials,
		"open the caller's session (%s): %w; run the query again, so that Athena sends a new one", OptionToken, why)
}
