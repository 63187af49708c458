package gluemeta_test

import (
	"context"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
)

// connections is Glue with one answer.
type connections struct {
	connection *types.Connection
	err        error
}

func (c connections) GetConnection(context.Context, *glue.GetConnectionInput, ...func(*glue.Options)) (*glue.GetConnectionOutput, error) {
	return &glue.GetConnectionOutput{Connection: c.connection}, c.err
}

func TestConnectionSettings(t *testing.T) {
	secret := func(arn string) *types.AuthenticationConfiguration {
		return &types.AuthenticationConfiguration{SecretArn: &arn}
	}
	tests := map[string]struct {
		connection types.Connection
		want       map[string]string
	}{
		"nothing": {types.Connection{}, map[string]string{}},
		"Athena's properties win": {
			types.Connection{
				ConnectionProperties: map[string]string{"spill_bucket": "old", "HOST": "h"},
				AthenaProperties:     map[string]string{"spill_bucket": "b", "disable_glue": "true"},
			},
			map[string]string{"spill_bucket": "b", "HOST": "h", "disable_glue": "true"},
		},
		"the KMS key has another name": {
			types.Connection{AthenaProperties: map[string]string{"spill_kms_key_id": "k"}}, map[string]string{"kms_key_id": "k"},
		},
		"a secret": {
			types.Connection{AuthenticationConfiguration: secret("arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/a-b-Xy12z3")},
			map[string]string{"secret_name": "team/a-b"},
		},
		"no secret": {types.Connection{AuthenticationConfiguration: secret("")}, map[string]string{}},
	}
	for name, test := range tests {
		got, err := gluemeta.ConnectionSettings(t.Context(), connections{connection: &test.connection}, "c")
		if err != nil || !maps.Equal(got, test.want) {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, test.want)
		}
	}
}

func TestConnectionFailures(t *testing.T) {
	tests := map[string]struct {
		glue connections
		code federation.Code
		says string
	}{
		"not there": {connections{err: &types.EntityNotFoundException{Message: aws.String("no c")}}, federation.EntityNotFound, `read Glue connection "c": EntityNotFoundException: no c`},
		"empty":     {connections{}, federation.InvalidResponse, `read Glue connection "c": the answer has none`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := gluemeta.ConnectionSettings(t.Context(), test.glue, "c")
			if coded, ok := err.(*federation.Error); !ok || coded.Code != test.code || err.Error() != test.says { //nolint:errorlint // its own shape is asked for
				t.Errorf("got %v, want %s", err, test.says)
			}
		})
	}
}
