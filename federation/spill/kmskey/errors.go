package kmskey

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"athena-timestream/federation/message"
)

// explain gives an error of KMS a code and makes it one sentence: what KMS says to which call, and what to do next. The
// end of a context stays as it is.
func (s *Source) explain(err error, operation, denied string) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		if sent, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
			err = sent.Err // without the SDK's words around it
		}
		return message.Errorf(message.InternalService,
			"KMS cannot be reached, check the endpoint settings and, in a VPC, its endpoint for KMS: %w", err)
	}
	code, advice := s.judge(api.ErrorCode(), denied)
	text := api.ErrorCode()
	if m := strings.TrimSuffix(api.ErrorMessage(), "."); m != "" && m != text && m != "UnknownError" {
		text += ", " + m
	}
	return &message.Error{Code: code, Message: "KMS answers " + operation + " with " + text + ": " + advice, Cause: message.Silent(err)}
}

// judge reads the error's name, as GenerateDataKey's and GenerateRandom's pages of the KMS API reference list them.
func (s *Source) judge(name, denied string) (message.Code, string) {
	switch {
	case name == "NotFoundException":
		return message.EntityNotFound, "there is no KMS key " + s.keyID + ", set kms_key_id to a key of the function's region"
	case strings.HasPrefix(name, "AccessDenied"):
		return message.AccessDenied, "the function's role needs " + denied
	case name == "DisabledException":
		return message.InvalidInput, "KMS key " + s.keyID + " is disabled, enable it or set kms_key_id to another"
	case name == "KMSInvalidStateException":
		return message.InvalidInput, "KMS key " + s.keyID + " cannot be used as it is, for example because it is to be deleted; set kms_key_id to another"
	case name == "InvalidKeyUsageException":
		return message.InvalidInput, "KMS key " + s.keyID + " is not for symmetric encryption, set kms_key_id to one that is"
	case strings.HasPrefix(name, "Throttling"), name == "LimitExceededException":
		return message.Throttling, "KMS is throttling, run fewer queries at once or ask for a higher quota"
	case name == "UnrecognizedClientException", strings.HasPrefix(name, "ExpiredToken"), strings.HasPrefix(name, "InvalidClientTokenId"),
		name == "InvalidSignatureException":
		return message.InvalidCredentials, "the function's AWS credentials are not accepted, check its role"
	case strings.HasPrefix(name, "KMSInternal"), name == "DependencyTimeoutException", name == "KeyUnavailableException":
		return message.InternalService, "KMS failed several times in a row, run the query again"
	}
	return message.InvalidInput, "check KMS key " + s.keyID + ", which kms_key_id names"
}
