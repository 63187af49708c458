package awsapi_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"go.uber.org/goleak"

	"athena-timestream/local/internal/awsapi"
)

// asFunction makes this test's own executable the Lambda function that the tests run.
const asFunction = "AWSAPI_TEST_AS_FUNCTION"

func TestMain(m *testing.M) {
	if os.Getenv(asFunction) != "" {
		runtime.StartHandlerFunc(func(_ context.Context, in string) (string, error) {
			switch in {
			case "fail":
				return "", errors.New("on purpose")
			case "die":
				os.Exit(7)
			case "slow":
				time.Sleep(300 * time.Millisecond)
			case "large":
				return strings.Repeat("x", awsapi.MaxPayload), nil
			case "trace":
				return os.Getenv("_X_AMZN_TRACE_ID"), nil // where AWS's SDKs find it
			}
			return "echo " + in, nil
		})
	}
	goleak.VerifyTestMain(m)
}

func binary(t *testing.T, o awsapi.BinaryOptions) *lambda.Client {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o.Path, o.Name, o.Env = exe, "timestream", []string{asFunction + "=1"}
	b, err := awsapi.StartBinary(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return lambda.NewFromConfig(serve(t, awsapi.Options{Functions: map[string]awsapi.Invoker{"timestream": b}}))
}

func invoke(t *testing.T, c *lambda.Client, payload string) *lambda.InvokeOutput {
	t.Helper()
	out, err := c.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("timestream"), Payload: []byte(payload)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBinaryAnswersThroughTheRuntimeAPI(t *testing.T) {
	c := binary(t, awsapi.BinaryOptions{})
	for _, test := range []struct{ payload, want, functionError string }{
		{`"one"`, `"echo one"`, ""},
		{`"fail"`, `"errorMessage":"on purpose"`, "Unhandled"},
		{`"two"`, `"echo two"`, ""},
		{`"die"`, "Runtime exited with error: exit status 7", "Unhandled"},
		{`"three"`, `"echo three"`, ""},
		{`"large"`, "Response payload size exceeded maximum allowed payload size (6291556 bytes).", "Unhandled"},
	} {
		out := invoke(t, c, test.payload)
		if !bytes.Contains(out.Payload, []byte(test.want)) || aws.ToString(out.FunctionError) != test.functionError {
			t.Errorf("%s: got %.300s, function error %q", test.payload, out.Payload, aws.ToString(out.FunctionError))
		}
	}
}

func TestBinaryStartsInstancesWhenAllAreBusy(t *testing.T) {
	c := binary(t, awsapi.BinaryOptions{Instances: 3})
	var wg sync.WaitGroup
	for range 9 {
		wg.Go(func() {
			if out := invoke(t, c, `"slow"`); string(out.Payload) != `"echo slow"` {
				t.Errorf("got %s", out.Payload)
			}
		})
	}
	wg.Wait()
}

func TestBinaryTimesOut(t *testing.T) {
	c := binary(t, awsapi.BinaryOptions{Timeout: 100 * time.Millisecond})
	out := invoke(t, c, `"slow"`)
	if !bytes.Contains(out.Payload, []byte("Task timed out after 0.10 seconds")) {
		t.Errorf("got %s", out.Payload)
	}
}

func TestUnknownFunction(t *testing.T) {
	c := lambda.NewFromConfig(serve(t, awsapi.Options{}))
	_, err := c.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("other")})
	var notFound *types.ResourceNotFoundException
	if !errors.As(err, &notFound) {
		t.Errorf("got %v", err)
	}
}

func TestBinaryThatIsMissing(t *testing.T) {
	if _, err := awsapi.StartBinary(awsapi.BinaryOptions{Path: "no/such/bootstrap"}); err == nil {
		t.Error("no error")
	}
}
