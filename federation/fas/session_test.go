package fas_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	"athena-timestream/federation/fas"
	"athena-timestream/federation/message"
)

// vectors are sessions sealed by AWS's Encryption SDK, and what the Java SDK makes of them.
type vectors struct {
	ServiceKMSKeyID string `json:"serviceKmsKeyId"`
	Cases           []vector
}

type vector struct {
	Name, Token string
	DataKeys    []dataKey
	Credentials *triple
	Error       string
}

type triple struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// theCallers is what sessions hold.
var theCallers = &triple{"ASIACALLER", "caller/secret", "caller-session"}

type dataKey struct {
	KeyID, Sealed     string
	Plaintext         []byte
	EncryptionContext map[string]string
}

func read(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("../../vectors/fas/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// keys is KMS with the data keys of one vector. It refuses a data key of another key than it is asked to use, unless the
// alias stands for it, and another encryption context.
type keys struct {
	known []dataKey
	alias map[string]string
	err   error
	opens string // the key that it says it used; empty: the right one
	asked []string
}

func (k *keys) Decrypt(_ context.Context, in *kms.DecryptInput, _ ...func(*kms.Options)) (*kms.DecryptOutput, error) {
	k.asked = append(k.asked, *in.KeyId)
	if k.err != nil {
		return nil, k.err
	}
	for _, d := range k.known {
		if d.Sealed != string(in.CiphertextBlob) {
			continue
		}
		if d.KeyID != *in.KeyId && d.KeyID != k.alias[*in.KeyId] || !maps.Equal(d.EncryptionContext, in.EncryptionContext) {
			return nil, &smithy.GenericAPIError{Code: "IncorrectKeyException"}
		}
		used := d.KeyID
		if k.opens != "" {
			used = k.opens
		}
		return &kms.DecryptOutput{KeyId: &used, Plaintext: d.Plaintext}, nil
	}
	return nil, &smithy.GenericAPIError{Code: "InvalidCiphertextException"}
}

func caller(token, key string) *message.Identity {
	return &message.Identity{ConfigOptions: map[string]string{fas.OptionToken: token, fas.OptionKey: key}}
}

// TestCredentials holds every vector against what the Java SDK makes of it.
func TestCredentials(t *testing.T) {
	all := read(t)
	for _, v := range all.Cases {
		t.Run(v.Name, func(t *testing.T) {
			provider, err := fas.Credentials(t.Context(), &keys{known: v.DataKeys}, caller(v.Token, all.ServiceKMSKeyID))
			if v.Name == "more members" { // than the Java SDK knows, which refuses them
				v.Credentials = theCallers
			}
			if v.Credentials == nil {
				if err == nil || message.CodeOf(err) != message.InvalidCredentials || !strings.Contains(err.Error(), "run the query again") {
					t.Errorf("%v, where the Java SDK has %s", err, v.Error)
				}
				holdsNoSecret(t, err, v)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := provider.Retrieve(t.Context())
			if err != nil || (triple{got.AccessKeyID, got.SecretAccessKey, got.SessionToken}) != *v.Credentials {
				t.Errorf("%+v, %v, want %+v", got, err, *v.Credentials)
			}
		})
	}
}

// holdsNoSecret looks for the token and for what it holds.
func holdsNoSecret(t *testing.T, err error, v vector) {
	t.Helper()
	for _, secret := range []string{v.Token, "ASIACALLER", "caller"} {
		if strings.Contains(strings.ReplaceAll(err.Error(), "the caller's session", ""), secret) {
			t.Errorf("the error tells %s: %v", secret, err)
		}
	}
}

func TestNoSession(t *testing.T) {
	for name, who := range map[string]*message.Identity{
		"nobody":         nil,
		"no options":     {},
		"only the token": {ConfigOptions: map[string]string{fas.OptionToken: "t"}},
		"only the key":   {ConfigOptions: map[string]string{fas.OptionKey: "k"}},
	} {
		k := &keys{}
		if provider, err := fas.Credentials(t.Context(), k, who); provider != nil || err != nil || len(k.asked) > 0 {
			t.Errorf("%s: %v, %v, asked %v", name, provider, err, k.asked)
		}
	}
}

// A token that is there has to be opened, and by the key that is named.
func TestCredentialsFaults(t *testing.T) {
	all := read(t)
	byName := map[string]vector{}
	for _, v := range all.Cases {
		byName[v.Name] = v
	}
	good, two := byName["ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY"], byName["several keys"]
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}
	for name, test := range map[string]struct {
		token, key string
		kms        keys
		want       string // "" if it is opened
		asked      int
	}{
		"nothing":             {"", all.ServiceKMSKeyID, keys{}, "it is empty", 0},
		"no base64":           {"a token?", all.ServiceKMSKeyID, keys{}, "it is not base64", 0},
		"no message":          {"AAAA", all.ServiceKMSKeyID, keys{}, "its first byte is 0", 0},
		"no padding":          {strings.TrimRight(good.Token, "="), all.ServiceKMSKeyID, keys{known: good.DataKeys}, "", 1},
		"no key":              {good.Token, "", keys{known: good.DataKeys}, "service_kms_key_id is empty", 0},
		"another key":         {good.Token, two.DataKeys[0].KeyID, keys{known: good.DataKeys}, "none of its data keys is sealed under " + two.DataKeys[0].KeyID, 0},
		"an alias":            {good.Token, "alias/a", keys{known: good.DataKeys, alias: map[string]string{"alias/a": all.ServiceKMSKeyID}}, "", 1},
		"an alias of another": {good.Token, "alias/a", keys{known: good.DataKeys}, "IncorrectKeyException", 1},
		"the second by alias": {two.Token, "alias/a", keys{known: two.DataKeys, alias: map[string]string{"alias/a": all.ServiceKMSKeyID}}, "", 2},
		"opened by another":   {good.Token, all.ServiceKMSKeyID, keys{known: good.DataKeys, opens: "k"}, "names another key than the one that opens it", 1},
		"denied":              {good.Token, all.ServiceKMSKeyID, keys{err: denied}, "on which the function's role needs kms:Decrypt", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fas.Credentials(t.Context(), &test.kms, caller(test.token, test.key))
			if (err == nil) != (test.want == "") || !strings.Contains(fmt.Sprint(err), test.want) || len(test.kms.asked) != test.asked {
				t.Errorf("%v, asked for %v", err, test.kms.asked)
			}
			if test.kms.err != nil && !errors.Is(err, test.kms.err) {
				t.Errorf("%v does not wrap what KMS said", err)
			}
		})
	}
}
