package lambdahandler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.uber.org/goleak"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/lambdahandler"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:timestream"

type invoker func(context.Context, []byte) ([]byte, error)

func (f invoker) Invoke(ctx context.Context, payload []byte) ([]byte, error) { return f(ctx, payload) }

func TestWrap(t *testing.T) {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{InvokedFunctionArn: arn})
	h := lambdahandler.Wrap(invoker(func(ctx context.Context, payload []byte) ([]byte, error) {
		return append([]byte(federation.FunctionARN(ctx)+" "), payload...), nil
	}))
	got, err := h.Invoke(ctx, []byte("x"))
	if err != nil || string(got) != arn+" x" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestErrorNames(t *testing.T) {
	const java = "com.amazonaws.athena.connector.lambda.exceptions."
	for class, err := range map[string]error{
		java + "AthenaConnectorException":    federation.Errorf(federation.EntityNotFound, "gone"),
		java + "FederationThrottleException": federation.Errorf(federation.Throttling, "gone"),
		"a.b.C":                              &message.FunctionError{Type: "a.b.C", Message: "gone"},
	} {
		_, got := lambdahandler.Wrap(invoker(func(context.Context, []byte) ([]byte, error) { return nil, err })).Invoke(t.Context(), nil)
		f, ok := got.(messages.InvokeResponse_Error) //nolint:errorlint // aws-lambda-go asserts this type itself
		if !ok || f.Type != class || f.Message != "gone" || f.ShouldExit {
			t.Errorf("got %#v, want %s", got, class)
		}
		text, jsonErr := json.Marshal(f)
		if want := `{"errorMessage":"gone","errorType":"` + class + `"}`; jsonErr != nil || string(text) != want {
			t.Errorf("on the wire %s, want %s", text, want)
		}
	}
}

func TestLogger(t *testing.T) {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	env := func(format, level string) func(string) string {
		return func(name string) string {
			return map[string]string{"AWS_LAMBDA_LOG_FORMAT": format, "AWS_LAMBDA_LOG_LEVEL": level}[name]
		}
	}
	log := func(getenv func(string) string, level slog.Level) string {
		var out bytes.Buffer
		l := lambdahandler.NewLogger(&out, level, getenv).With("rows", 3)
		l.DebugContext(ctx, "below")
		l.InfoContext(ctx, "request")
		return out.String()
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(log(env("JSON", ""), slog.LevelInfo)), &line); err != nil {
		t.Fatal(err)
	}
	if line["message"] != "request" || line["level"] != "INFO" || line["requestId"] != "r-1" || line["rows"] != 3.0 || line["timestamp"] == nil {
		t.Errorf("got %v", line)
	}
	if got := log(env("", "INFO"), slog.LevelDebug); strings.Contains(got, "below") || !strings.Contains(got, "message=request") {
		t.Errorf("got %q, want what Lambda lets through", got)
	}
	if got := log(env("Text", "DEBUG"), slog.LevelWarn); got != "" {
		t.Errorf("got %q, want nothing below WARN", got)
	}
	for _, level := range []string{"WARN", "ERROR", "FATAL"} {
		if got := log(env("", level), slog.LevelDebug); got != "" {
			t.Errorf("%s: got %q", level, got)
		}
	}
}

// TestMain makes the test binary a Lambda function when a test asks for it. Otherwise it fails the tests if a goroutine
// outlives them.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		h, err := federation.NewHandler(federationtest.Connector{}, federation.Options{SourceType: "demo", Store: spill.NewMem()})
		if err != nil {
			panic(err)
		}
		lambdahandler.Start(h)
	}
	goleak.VerifyTestMain(m)
}

// runtimeAPI hands out payloads as AWS Lambda does and records what comes back.
// Source: AWS Lambda developer guide, "Using the Lambda runtime API".
type runtimeAPI struct {
	payloads chan string
	answers  chan string // path's last part, body
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/invocation/next") {
		select {
		case payload := <-a.payloads:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", arn)
			_, _ = io.WriteString(w, payload)
		case <-r.Context().Done():
		}
		return
	}
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusAccepted)
	a.answers <- r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:] + " " + string(body)
}

// TestStart runs a whole function process against the runtime API.
func TestStart(t *testing.T) {
	api := &runtimeAPI{payloads: make(chan string), answers: make(chan string)}
	server := httptest.NewUnstartedServer(api)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	server.Start()
	defer server.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String()}
	var logged bytes.Buffer
	cmd.Stdout, cmd.Stderr = &logged, &logged
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = cmd.Wait() // killed on purpose
		if strings.Contains(logged.String(), "errorMessage") {
			t.Errorf("an error, which may quote data, is logged: %s", &logged)
		}
		server.CloseClientConnections()
	}()
	for payload, want := range map[string]string{
		`{"@type":"PingRequest","identity":null,"catalogName":"c","queryId":"q"}`: `response {"@type":"PingResponse","catalogName":"c","queryId":"q","sourceType":"demo","capabilities":24,"serDeVersion":6}`,
		`{"@type":"ListSchemasRequest","identity":null,"queryId":"q","catalogName":"c"}`: `error {"errorMessage":"the fake has no ListSchemasFunc",` +
			`"errorType":"com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException"}`,
	} {
		api.payloads <- payload
		select {
		case got := <-api.answers:
			if strings.TrimSpace(got) != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatal(errors.New("the function does not answer"))
		}
	}
}
