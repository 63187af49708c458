package s3spill

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"athena-timestream/federation/message"
)

// explain gives an error of S3 a code and makes it one sentence: what S3 says, and what to do next. The caller says what
// was being done. The end of a context stays as it is.
func explain(err error, bucket string) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if sent, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return message.Errorf(message.InternalService,
			"S3 cannot be reached, check the endpoint settings and, in a VPC, its gateway endpoint for S3: %w", sent.Err)
	}
	code, advice := judge(err, bucket)
	return &message.Error{Code: code, Message: said(err) + ": " + advice, Cause: message.Silent(err)}
}

// judge reads the error's name, else the status that came with it. Names are those of "Error responses" in S3's API
// reference.
func judge(err error, bucket string) (message.Code, string) {
	name := ""
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		name = api.ErrorCode()
	}
	switch code := status(err); {
	case name == "NoSuchBucket":
		return message.EntityNotFound, "there is no bucket " + bucket + ", set spill_bucket to one of the function's account and region"
	case strings.HasPrefix(name, "KMS."):
		return message.InvalidInput, "mend the KMS key that the bucket or spill_put_request_headers names for encryption, or name another"
	case name == "InvalidAccessKeyId", name == "ExpiredToken", name == "InvalidToken", name == "SignatureDoesNotMatch":
		return message.InvalidCredentials, "the function's AWS credentials are not accepted, check its role"
	case elsewhere(name, code):
		return message.InvalidInput, "bucket " + bucket + " is in " + cmp.Or(regionOf(err), "another region") +
			", set spill_bucket to one in the function's region"
	case code == http.StatusForbidden:
		return message.AccessDenied, "the function's role needs s3:PutObject on arn:aws:s3:::" + bucket +
			"/*, and kms:GenerateDataKey if the bucket is encrypted with a KMS key; the bucket's policy may deny it too"
	case name == "SlowDown", code == http.StatusServiceUnavailable, code == http.StatusTooManyRequests:
		return message.Throttling, "S3 is throttling, run fewer queries at once or spread them over several spill_prefix"
	case code >= http.StatusInternalServerError, code < http.StatusMultipleChoices: // no answer, or one that broke off
		return message.InternalService, "S3 failed several times in a row, run the query again"
	}
	return message.InvalidInput, "check the bucket " + bucket + " and spill_put_request_headers"
}

// elsewhere says that the bucket is in a region that was not asked.
func elsewhere(name string, status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect || name == "AuthorizationHeaderMalformed" ||
		name == "IllegalLocationConstraintException"
}

// regionOf is the region that S3 names for a bucket, empty if it names none.
func regionOf(err error) string {
	if r, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && r.Response != nil {
		return r.Response.Header.Get("X-Amz-Bucket-Region")
	}
	return ""
}

// said is the error in S3's words, without the SDK's around them; if it is not S3's, the error itself.
func said(err error) string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return err.Error()
	}
	text := "S3 answers " + api.ErrorCode()
	if m := strings.TrimSuffix(api.ErrorMessage(), "."); m != "" && m != api.ErrorCode() && m != "UnknownError" {
		text += ", " + m
	}
	if r, ok := errors.AsType[*awshttp.ResponseError](err); ok && r.RequestID != "" {
		text += " (request " + r.RequestID + ")"
	}
	return text
}

// status is the HTTP status of an AWS error, 0 when there was no answer.
func status(err error) int {
	if r, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return r.HTTPStatusCode()
	}
	return 0
}
