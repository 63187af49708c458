package federation

import (
	"context"
	"strings"
)

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

// FunctionAccount is the account that the running function belongs to, "" outside of Lambda.
func FunctionAccount(ctx context.Context) string {
	parts := strings.Split(FunctionARN(ctx), ":") // arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME
	if len(parts) < 7 {
		return ""
	}
	return parts[4]
}
