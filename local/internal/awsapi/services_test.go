package awsapi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	gluetypes "github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"athena-timestream/local/internal/awsapi"
)

// serve starts the handler and returns the configuration of an SDK that is pointed at it.
func serve(t *testing.T, o awsapi.Options) aws.Config {
	t.Helper()
	if o.Timestream == nil {
		o.Timestream = http.NotFoundHandler()
	}
	h, err := awsapi.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: awsapi.Region, Credentials: credentials.NewStaticCredentialsProvider("any", "thing", ""),
		BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(),
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got error %v, want %s", err, code)
	}
}

func TestS3KeepsObjects(t *testing.T) {
	for name, dir := range map[string]string{"in memory": "", "in a folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			client := s3.NewFromConfig(serve(t, awsapi.Options{Dir: dir}), func(o *s3.Options) { o.UsePathStyle = true })
			body := bytes.Repeat([]byte("block"), 100_000)
			_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("spill"), Key: aws.String("a/b.0"), Body: bytes.NewReader(body)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("spill")}); err != nil {
				t.Error(err)
			}
			out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("spill"), Key: aws.String("a/b.0")})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(out.Body)
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("read %d bytes back, err %v; want the %d that were put", len(got), err, len(body))
			}
			_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("spill"), Key: aws.String("nope")})
			wantCode(t, err, "NoSuchKey")
			if err := awsapi.EmptyBucket(dir, "spill"); err != nil {
				t.Fatal(err)
			}
			reopened := s3.NewFromConfig(serve(t, awsapi.Options{Dir: dir}), func(o *s3.Options) { o.UsePathStyle = true })
			_, err = reopened.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("spill"), Key: aws.String("a/b.0")})
			wantCode(t, err, "NoSuchKey")
		})
	}
}

// A program that makes its bucket first does so at each start.
func TestABucketMayBeMadeTwice(t *testing.T) {
	for name, dir := range map[string]string{"in memory": "", "in a folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			client := s3.NewFromConfig(serve(t, awsapi.Options{Dir: dir}), func(o *s3.Options) { o.UsePathStyle = true })
			for range 2 {
				if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("mine")}); err != nil {
					t.Fatal(err)
				}
				if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("mine"), Key: aws.String("k"), Body: strings.NewReader("v")}); err != nil {
					t.Fatal(err)
				}
			}
			found, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("mine")})
			if err != nil || len(found.Contents) != 1 {
				t.Errorf("the bucket holds %d objects, %v; want one", len(found.Contents), err)
			}
		})
	}
}

func TestGlueKeepsTables(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	client := glue.NewFromConfig(serve(t, awsapi.Options{Dir: dir}))
	get := func(c *glue.Client) (*glue.GetTableOutput, error) {
		return c.GetTable(ctx, &glue.GetTableInput{DatabaseName: aws.String("db"), Name: aws.String("VIEW")})
	}
	_, err := get(client)
	wantCode(t, err, "EntityNotFoundException")
	if _, err := client.CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &gluetypes.DatabaseInput{Name: aws.String("DB")}}); err != nil {
		t.Fatal(err)
	}
	create := &glue.CreateTableInput{DatabaseName: aws.String("db"), TableInput: &gluetypes.TableInput{
		Name: aws.String("View"), Parameters: map[string]string{"p": "v"}, ViewOriginalText: aws.String("SELECT 1"),
		StorageDescriptor: &gluetypes.StorageDescriptor{Columns: []gluetypes.Column{{Name: aws.String("c"), Type: aws.String("double")}}},
	}}
	if _, err := client.CreateTable(ctx, create); err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateTable(ctx, create)
	wantCode(t, err, "AlreadyExistsException")

	reopened := glue.NewFromConfig(serve(t, awsapi.Options{Dir: dir}))
	out, err := get(reopened)
	if err != nil {
		t.Fatal(err)
	}
	if table := out.Table; *table.Name != "view" || *table.ViewOriginalText != "SELECT 1" || table.Parameters["p"] != "v" ||
		*table.StorageDescriptor.Columns[0].Type != "double" || table.CreateTime == nil {
		t.Errorf("got %+v", table)
	}
	list, err := reopened.GetTables(ctx, &glue.GetTablesInput{DatabaseName: aws.String("db")})
	if err != nil || len(list.TableList) != 1 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestKMSKeysOpenWhatTheySealed(t *testing.T) {
	ctx := context.Background()
	client := kms.NewFromConfig(serve(t, awsapi.Options{}))
	for spec, size := range map[kmstypes.DataKeySpec]int{kmstypes.DataKeySpecAes128: 16, kmstypes.DataKeySpecAes256: 32} {
		key, err := client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: aws.String("alias/spill"), KeySpec: spec})
		if err != nil || len(key.Plaintext) != size {
			t.Fatalf("%s: %+v, %v", spec, key, err)
		}
		plain, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: key.CiphertextBlob})
		if err != nil || !bytes.Equal(plain.Plaintext, key.Plaintext) {
			t.Errorf("%s: opened %x, %v; want %x", spec, plain.Plaintext, err, key.Plaintext)
		}
		key.CiphertextBlob[len(key.CiphertextBlob)-1] ^= 1
		_, err = client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: key.CiphertextBlob})
		wantCode(t, err, "InvalidCiphertextException")
	}
	random, err := client.GenerateRandom(ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(12)})
	if err != nil || len(random.Plaintext) != 12 {
		t.Errorf("got %+v, %v", random, err)
	}
}

func TestSmallServices(t *testing.T) {
	ctx := context.Background()
	config := serve(t, awsapi.Options{QueryState: func(id string) (string, bool) { return "CANCELLED", id == "known" }})

	id, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *id.Account != awsapi.Account {
		t.Errorf("got %+v, %v", id, err)
	}

	secrets := secretsmanager.NewFromConfig(config)
	_, err = secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	wantCode(t, err, "ResourceNotFoundException")
	if _, err := secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: aws.String("v")}); err != nil {
		t.Fatal(err)
	}
	secret, err := secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	if err != nil || *secret.SecretString != "v" {
		t.Errorf("got %+v, %v", secret, err)
	}

	queries := athena.NewFromConfig(config)
	known, err := queries.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: aws.String("known")})
	if err != nil || known.QueryExecution.Status.State != "CANCELLED" {
		t.Errorf("got %+v, %v", known, err)
	}
	_, err = queries.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: aws.String("other")})
	wantCode(t, err, "InvalidRequestException")
	_, err = queries.ListWorkGroups(ctx, &athena.ListWorkGroupsInput{})
	wantCode(t, err, "UnknownOperationException")
}
