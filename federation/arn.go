package federation

import "context"

type arnKey struct{}

// WithFunctionARN says which function an invocation runs in; package
// lambdahandler does so.
func WithFunctionARN(ctx context.Context, arn string) context.Context {
	return context.WithValue(ctx, arnKey{}, arn)
}

// FunctionARN is the ARN of the running function, "" outside of Lambda.
func FunctionARN(ctx context.Context) string {
	arn, _ := ctx.Value(arnKey{}).(string)
	return arn
}
