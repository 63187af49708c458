package lambdahandler

import (
	"bytes"
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// NewLogger logs to w (os.Stdout in Lambda) as the function's log settings ask:
// JSON with the keys timestamp, level and message if AWS_LAMBDA_LOG_FORMAT is
// JSON, else text; from level on, or from AWS_LAMBDA_LOG_LEVEL on if that is
// higher, because Lambda would drop the rest. Each line logged with an
// invocation's context has its requestId.
// Source: AWS Lambda developer guide, "Using Lambda advanced logging controls".
func NewLogger(w io.Writer, level slog.Level, getenv func(string) string) *slog.Logger {
	options := &slog.HandlerOptions{Level: max(level, lambdaLevel(getenv)), ReplaceAttr: lambdacontext.ReplaceAttr}
	if getenv("AWS_LAMBDA_LOG_FORMAT") == "JSON" {
		return slog.New(withRequestID{slog.NewJSONHandler(w, options)})
	}
	return slog.New(withRequestID{slog.NewTextHandler(w, options)})
}

// lambdaLevel is Lambda's own threshold; its TRACE and FATAL have no equal in slog.
func lambdaLevel(getenv func(string) string) slog.Level {
	switch getenv("AWS_LAMBDA_LOG_LEVEL") {
	case "INFO":
		return slog.LevelInfo
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL":
		return slog.LevelError
	}
	return slog.LevelDebug
}

// withRequestID adds the invocation's id to every record.
type withRequestID struct{ slog.Handler }

func (h withRequestID) Handle(ctx context.Context, r slog.Record) error {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		r = r.Clone()
		r.AddAttrs(slog.String("requestId", lc.AwsRequestID))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequestID) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequestID{h.Handler.WithAttrs(attrs)}
}

func (h withRequestID) WithGroup(name string) slog.Handler {
	return withRequestID{h.Handler.WithGroup(name)}
}

// withoutErrors is the standard logger's output without the errors that the
// function has answered with: aws-lambda-go writes each there, with its whole
// text. That is for Athena and may quote rows, constants and SQL; the handler
// has logged it without them. All else that aws-lambda-go tells passes.
type withoutErrors struct{ io.Writer }

// Write takes one line, as package log writes.
func (w withoutErrors) Write(line []byte) (int, error) {
	_, told, is := bytes.Cut(line, []byte(`{"errorMessage":`))
	if is && !bytes.Contains(told, []byte(`"stackTrace":`)) {
		return len(line), nil
	}
	return w.Writer.Write(line)
}
