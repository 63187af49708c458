// Package lambdahandler serves a federation.Handler in AWS Lambda
// (provided.al2023). It is the only package that knows aws-lambda-go.
//
// Four things happen at this edge and nowhere else: the ARN of the running
// function is put where the rest can find it without knowing Lambda
// (federation.FunctionARN); errors get the class names and texts that Athena
// meets from the Java SDK; log lines get the keys that Lambda's JSON format
// expects; what aws-lambda-go would log of errors, which may quote data, is
// held back. The package works with the build tag lambda.norpc, which leaves out
// the RPC mode that only the retired go1.x runtime used.
package lambdahandler

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

// Start serves invocations until the process is ended; it does not return. It
// also sets how much memory the process takes, see gcPercent and memoryLimit,
// and what the standard logger writes, see withoutErrors.
func Start(h *federation.Handler) {
	limitMemory(os.Getenv)
	log.SetOutput(withoutErrors{os.Stderr})
	lambda.Start(Wrap(h))
}

// Invoker answers one payload; *federation.Handler does.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Wrap makes an Invoker a Lambda handler. Its errors are
// messages.InvokeResponse_Error.
func Wrap(h Invoker) lambda.Handler { return handler{h} }

type handler struct{ invoker Invoker }

// Invoke implements lambda.Handler.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		ctx = federation.WithFunctionARN(ctx, lc.InvokedFunctionArn)
	}
	answer, err := h.invoker.Invoke(ctx, payload)
	if err != nil {
		return nil, functionError(err)
	}
	return answer, nil
}

// functionError is the error in the only form whose type name aws-lambda-go
// takes over as it is. It has no stack trace: Lambda's Go runtime writes frames
// as objects, Athena's reader expects strings.
func functionError(err error) messages.InvokeResponse_Error {
	f := message.ToFunctionError(err)
	return messages.InvokeResponse_Error{Type: f.Type, Message: f.Message}
}
