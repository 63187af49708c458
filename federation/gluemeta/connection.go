package gluemeta

import (
	"context"
	"maps"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"

	"athena-timestream/federation"
)

// Names of settings that are not the connection's own.
const (
	settingSecret  = "secret_name"
	settingKMSKey  = "kms_key_id"
	propertyKMSKey = "spill_kms_key_id" // what Athena's properties call the KMS key
)

// ConnectionClient is the call that ConnectionSettings makes; *glue.Client has it.
type ConnectionClient interface {
	GetConnection(context.Context, *glue.GetConnectionInput, ...func(*glue.Options)) (*glue.GetConnectionOutput, error)
}

// ConnectionSettings reads the settings that a Glue connection holds for its connector, by the names that they have as
// environment variables: the connection's properties, secret_name if it has a secret, and over them Athena's
// properties. The function's own environment is to win over all of them. As in the Java SDK.
func ConnectionSettings(ctx context.Context, c ConnectionClient, connection string) (map[string]string, error) {
	out, err := c.GetConnection(ctx, &glue.GetConnectionInput{Name: &connection})
	if err != nil {
		return nil, glueError(err, "read Glue connection %q", connection)
	}
	if out.Connection == nil {
		return nil, federation.Errorf(federation.InvalidResponse, "read Glue connection %q: the answer has none", connection)
	}
	settings := map[string]string{}
	maps.Copy(settings, out.Connection.ConnectionProperties)
	if a := out.Connection.AuthenticationConfiguration; a != nil && aws.ToString(a.SecretArn) != "" {
		settings[settingSecret] = secretName(*a.SecretArn)
	}
	maps.Copy(settings, out.Connection.AthenaProperties)
	if key, ok := settings[propertyKMSKey]; ok {
		delete(settings, propertyKMSKey)
		settings[settingKMSKey] = key
	}
	return settings, nil
}

// secretSuffix is what Secrets Manager puts behind a secret's name in its ARN.
var secretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)

func secretName(arn string) string {
	return secretSuffix.ReplaceAllString(arn[strings.LastIndexByte(arn, ':')+1:], "")
}
