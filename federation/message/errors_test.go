package message_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

func TestFunctionErrorVectors(t *testing.T) {
	var vectors []struct {
		Payload, Message string
		CauseMessage     *string
	}
	golden.ReadJSON(t, &vectors, "errors", "lambda-errors.json")
	for _, v := range vectors {
		e, err := message.DecodeFunctionError([]byte(v.Payload))
		if err != nil {
			t.Fatalf("%s: %v", v.Payload, err)
		}
		if got := e.Detail(); got != v.Message {
			t.Errorf("%s: %q, want %q", v.Payload, got, v.Message)
		}
		switch {
		case (e.Cause == nil) != (v.CauseMessage == nil):
			t.Errorf("%s: cause %v", v.Payload, e.Cause)
		case e.Cause != nil && e.Cause.Detail() != *v.CauseMessage:
			t.Errorf("%s: cause %q, want %q", v.Payload, e.Cause.Detail(), *v.CauseMessage)
		}
		again, err := message.DecodeFunctionError(e.Encode())
		if err != nil || again.Detail() != e.Detail() || (again.Cause == nil) != (e.Cause == nil) {
			t.Errorf("%s encodes to %s (%v)", v.Payload, e.Encode(), err)
		}
	}
	if len(vectors) < 6 {
		t.Errorf("only %d vectors", len(vectors))
	}
}

func TestDecodeFunctionError(t *testing.T) {
	tests := map[string]struct{ payload, want string }{
		"Go panic":        {`{"errorMessage":"boom","errorType":"string","stackTrace":[{"path":"a.go","line":1,"label":"f"}]}`, `boom. Stack trace: [[{"path":"a.go","line":1,"label":"f"}]]` + "\nErrorType: string"},
		"no trace at all": {`{"errorMessage":"m","errorType":"t","stackTrace":null,"cause":null}`, "m. Stack trace: []\nErrorType: t"},
		"odd types":       {`{"errorMessage":{"a":1},"errorType":5,"stackTrace":"x","cause":"y"}`, `{"a":1}. Stack trace: []` + "\nErrorType: 5"},
	}
	for name, test := range tests {
		e, err := message.DecodeFunctionError([]byte(test.payload))
		if err != nil || e.Detail() != test.want {
			t.Errorf("%s: %q (%v), want %q", name, e.Detail(), err, test.want)
		}
	}
	for _, payload := range []string{``, `[]`, `"x"`, `{`} {
		if _, err := message.DecodeFunctionError([]byte(payload)); message.CodeOf(err) != message.InvalidResponse {
			t.Errorf("%q: error %v", payload, err)
		}
	}
}

func TestToFunctionError(t *testing.T) {
	const (
		connector = "com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException"
		throttle  = "com.amazonaws.athena.connector.lambda.exceptions.FederationThrottleException"
	)
	theirs := &message.FunctionError{Type: "T", Message: "theirs"}
	tests := map[string]struct {
		err           error
		class, detail string
	}{
		"plain":     {io.ErrUnexpectedEOF, connector, "unexpected EOF"},
		"coded":     {fmt.Errorf("read: %w", message.Errorf(message.EntityNotFound, "no table %q", "t")), connector, `read: no table "t"`},
		"throttled": {fmt.Errorf("read: %w", message.Errorf(message.Throttling, "slow down: %w", io.EOF)), throttle, "read: slow down: EOF"},
		"theirs":    {fmt.Errorf("invoke: %w", theirs), "T", "theirs"},
	}
	for name, test := range tests {
		if e := message.ToFunctionError(test.err); e.Type != test.class || e.Message != test.detail || e.Error() != test.detail {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if message.ToFunctionError(nil) != nil {
		t.Error("no error became one")
	}
	want := `{"errorMessage":"a \"b\"","errorType":"` + connector + `","stackTrace":[]}`
	if got := message.ToFunctionError(errors.New(`a "b"`)).Encode(); string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestError(t *testing.T) {
	cause := errors.New("cause")
	tests := map[string]struct {
		err  *message.Error
		want string
	}{
		"no cause":       {message.Errorf(message.InvalidInput, "m"), "m"},
		"cause in text":  {message.Errorf(message.InvalidInput, "m: %w", cause), "m: cause"},
		"cause beside":   {&message.Error{Message: "m", Cause: cause}, "m: cause"},
		"cause silent":   {&message.Error{Message: "m", Cause: message.Silent(cause)}, "m"},
		"cause alone":    {&message.Error{Cause: cause}, "cause"},
		"several causes": {message.Errorf(message.InvalidInput, "m: %w, %w", cause, io.EOF), "m: cause, EOF"},
	}
	for name, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if name != "no cause" && !errors.Is(test.err, cause) {
			t.Errorf("%s: the cause is lost", name)
		}
	}
	for err, want := range map[error]message.Code{
		fmt.Errorf("x: %w", message.Errorf(message.AccessDenied, "m")): message.AccessDenied,
		cause: message.InternalService,
		fmt.Errorf("x: %w", context.DeadlineExceeded): message.OperationTimeout,
	} {
		if got := message.CodeOf(err); got != want {
			t.Errorf("%v has code %s, want %s", err, got, want)
		}
	}
}
