package timestream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/page"
)

// serviceError gives an error of Timestream its code, says what was being done and, where it helps, what to do next.
// The service's own message is kept in full. The end of a context is left to the Handler, which knows the cause.
func serviceError(err error, doing string, args ...any) error {
	what := fmt.Sprintf(doing, args...)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, federation.ErrQueryEnded) {
		return fmt.Errorf("%s: %w", what, err)
	}
	if _, coded := errors.AsType[*federation.Error](err); coded {
		return fmt.Errorf("%s: %w", what, err)
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return otherError(err, what)
	}
	f := fault(api.ErrorCode(), api.ErrorMessage())
	text := api.ErrorMessage()
	if text == "" || text == "UnknownError" { // the SDK's word for an answer without a message
		text = api.ErrorCode()
	}
	return &federation.Error{Code: f.code, Message: what, Cause: said{err, text, redact.Text(api), hints(err, f.hint)}}
}

// otherError is for errors that the service did not send: an answer that cannot be read, or none at all.
func otherError(err error, what string) error {
	if answered := status(err); answered >= http.StatusInternalServerError {
		text := fmt.Sprintf("HTTP status %d %s", answered, http.StatusText(answered))
		return &federation.Error{Code: federation.InternalService, Message: what, Cause: said{err, text, text, hints(err, brokenHint)}}
	}
	code, hint := federation.InternalService, ""
	_, badValue := errors.AsType[*page.ValueError](err)
	_, badColumns := errors.AsType[*page.ColumnsError](err)
	_, lost := errors.AsType[*net.OpError](err)
	switch {
	case badValue, badColumns:
		code = federation.InvalidResponse
	case malformed(err):
		code, hint = federation.InvalidResponse, malformedHint
	case lost:
		hint = networkHint
	case brokenOff(err):
		hint = brokenHint
	}
	text := plain(err)
	return &federation.Error{Code: code, Message: what, Cause: said{err, text.Error(), redact.Text(text), hints(err, hint)}}
}

// plain is the error within the SDK's wrappings, which say nothing that is not said already.
func plain(err error) error {
	for {
		switch e := err.(type) { //nolint:errorlint // each layer is looked at
		case *noTimeError:
			err = e.err
		case *smithy.OperationError:
			err = e.Err
		case *retry.MaxAttemptsError:
			err = e.Err
		case *awshttp.ResponseError:
			err = e.Err
		default:
			return err
		}
	}
}

// hints adds to what is to be done how often it was tried.
func hints(err error, hint string) string {
	var all []string
	if tried, ok := errors.AsType[*retry.MaxAttemptsError](err); ok {
		all = append(all, fmt.Sprintf("tried %d times", tried.Attempt))
	}
	if _, late := errors.AsType[*noTimeError](err); late {
		all = append(all, "there was no time to try again before the function's end")
	}
	if hint != "" {
		all = append(all, hint)
	}
	return strings.Join(all, "; ")
}

// said is an error with the part of its text that matters, and what to do next.
type said struct {
	error
	text, forLogs string
	hint          string
}

func (s said) Error() string { return s.hinted(s.text) }

// Redacted implements [redact.Redactor].
func (s said) Redacted() string { return s.hinted(s.forLogs) }

func (s said) hinted(text string) string {
	if s.hint != "" {
		text += " (" + s.hint + ")"
	}
	return text
}

func (s said) Unwrap() error { return s.error }

// judgement is what an error of the service means to Athena and to the reader.
type judgement struct {
	code    federation.Code
	hint    string
	passing bool // the query may succeed if it is run again
}

const (
	endpointHint = "this endpoint does not know the operation: regional Timestream endpoints only answer DescribeEndpoints, " +
		"so leave endpoint discovery on, or set AWS_ENDPOINT_URL_TIMESTREAM_QUERY and AWS_ENDPOINT_URL_TIMESTREAM_WRITE to cell endpoints"
	deniedHint = "the function's role needs timestream:DescribeEndpoints, timestream:SelectValues, timestream:CancelQuery and " +
		"timestream:ListDatabases on *, and timestream:Select, timestream:DescribeTable and timestream:ListTables on the table and its database"
	throttleHint    = "Timestream is throttling: run fewer queries at once, or ask for a higher quota"
	capacityHint    = "the account's MaxQueryTCU is used up: run fewer queries at once, or raise it"
	rowHint         = "a row does not fit into a page of 1 MB: select fewer or shorter columns"
	networkHint     = "Timestream cannot be reached: check the endpoint settings and, in a VPC, its routes and endpoints"
	brokenHint      = "Timestream is in trouble, or the way to it: run the query again"
	malformedHint   = "the answer is not what Timestream's API promises: run the query again"
	tokenHint       = "Timestream does not know the next page any more: run the query again"
	credentialsHint = "the function's AWS credentials are not accepted: check its role, or AWS_ACCESS_KEY_ID and its companions"
)

// fault judges by the error's name and, where the service uses one name for many things, by its text. The names and
// texts are those of "Common errors" in the API reference and of recorded answers.
func fault(name, text string) judgement {
	lower := strings.ToLower(text)
	switch {
	case name == "UnknownOperationException":
		return judgement{code: federation.InternalService, hint: endpointHint}
	case name == "InvalidEndpointException":
		return judgement{code: federation.InternalService, hint: "the endpoint is not the account's: leave endpoint discovery on"}
	case strings.HasPrefix(name, "AccessDenied"):
		return judgement{code: federation.AccessDenied, hint: deniedHint}
	case strings.HasPrefix(name, "Throttling"), strings.HasPrefix(name, "TooManyRequests"), name == "ServiceQuotaExceededException":
		return judgement{code: federation.Throttling, hint: throttleHint}
	case strings.Contains(lower, "maxquerytcu"):
		return judgement{code: federation.Throttling, hint: capacityHint}
	case strings.HasPrefix(name, "UnrecognizedClient"), strings.HasPrefix(name, "ExpiredToken"), strings.HasPrefix(name, "InvalidClientTokenId"),
		strings.HasPrefix(name, "InvalidSignature"), strings.HasPrefix(name, "IncompleteSignature"):
		return judgement{code: federation.InvalidCredentials, hint: credentialsHint}
	case name == "ResourceNotFoundException":
		return judgement{code: federation.EntityNotFound}
	case name == "ConflictException":
		return judgement{code: federation.OperationTimeout, hint: "the query was cancelled"}
	case strings.HasPrefix(lower, "query aborted as max page response size"):
		return judgement{code: federation.InvalidInput, hint: rowHint}
	case strings.HasPrefix(lower, "invalid pagination token"):
		return judgement{federation.InternalService, tokenHint, true}
	case name == "InternalServerException":
		return judgement{federation.InternalService, brokenHint, true}
	case name == "ValidationException" && strings.HasPrefix(lower, "requested ") && strings.Contains(lower, " not found"):
		return judgement{code: federation.EntityNotFound}
	case name == "ValidationException", name == "QueryExecutionException":
		if limit, ok := beyond(lower); ok {
			return limit
		}
		return judgement{code: federation.InvalidInput}
	default:
		return judgement{code: federation.InternalService}
	}
}

// notThere says that the service may know the thing by another spelling: it has no error of its own for a missing
// database or table, and a policy that names the real one denies the others.
func notThere(err error) bool {
	switch message.CodeOf(err) {
	case federation.EntityNotFound, federation.InvalidInput, federation.AccessDenied:
		return true
	default:
		return false
	}
}

// neverWritten says that a query failed because its table has no columns yet: every table has these two from its first
// record on.
func neverWritten(err error) bool {
	text := err.Error()
	return message.CodeOf(err) == federation.InvalidInput &&
		(strings.Contains(text, "Column 'time' does not exist") || strings.Contains(text, "Column 'measure_name' does not exist"))
}

// wrap says what was being done; nil stays nil.
func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
