package timestream_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/internal/faults"
)

func always(f faults.Fault) map[int]faults.Fault { return map[int]faults.Fault{faults.Always: f} }

// TestUploadFaults: the first upload that fails ends the read and is what the user sees, that of the last block too; what
// S3 mends by itself costs no row. Never does more wait in memory than two blocks.
func TestUploadFaults(t *testing.T) {
	const pages, blocks = 10, 5
	denied := faults.Error(403, "AccessDenied", "Access Denied")
	for name, test := range map[string]struct {
		puts map[int]faults.Fault
		code federation.Code // empty: the read succeeds
		want []string        // in the error
		left int             // blocks that the log names, -1: any number
	}{
		"none":                    {},
		"slow":                    {puts: always(faults.Slow(30 * time.Second))},
		"throttled twice":         {puts: map[int]faults.Fault{2: faults.Throttled, 3: faults.Throttled}},
		"broken connection":       {puts: map[int]faults.Fault{1: faults.Refused, 4: faults.Lost, 7: faults.Internal}},
		"the first is refused":    {puts: map[int]faults.Fault{1: denied}, code: federation.AccessDenied, left: -1, want: []string{"spill block b/p/q1/s1.0: S3 answers AccessDenied, Access Denied (request faulty-request): the function's role needs s3:PutObject on arn:aws:s3:::b/*"}},
		"one in between":          {puts: map[int]faults.Fault{3: denied}, code: federation.AccessDenied, left: -1, want: []string{"spill block b/p/q1/s1.", "s3:PutObject"}},
		"the last is refused":     {puts: map[int]faults.Fault{blocks: denied}, code: federation.AccessDenied, left: blocks - 1, want: []string{fmt.Sprintf("spill block b/p/q1/s1.%d: ", blocks-1), "s3:PutObject"}},
		"bucket gone":             {puts: always(faults.Error(404, "NoSuchBucket", "The specified bucket does not exist")), code: federation.EntityNotFound, want: []string{"there is no bucket b, set spill_bucket"}},
		"bucket elsewhere":        {puts: always(faults.Error(301, "PermanentRedirect", "Use the other endpoint.")), code: federation.InvalidInput, want: []string{"bucket b is in another region"}},
		"the bucket's key is off": {puts: always(faults.Error(400, "KMS.DisabledException", "key is disabled")), code: federation.InvalidInput, want: []string{"KMS.DisabledException", "mend the KMS key that the bucket"}},
		"throttled for ever":      {puts: always(faults.Throttled), code: federation.Throttling, want: []string{"SlowDown", "S3 is throttling"}},
		"internal for ever":       {puts: always(faults.Internal), code: federation.InternalService, want: []string{"InternalError", "run the query again"}},
		"unreachable":             {puts: always(faults.Refused), code: federation.InternalService, want: []string{"S3 cannot be reached"}},
		"credentials expired":     {puts: always(faults.Expired), code: federation.InvalidCredentials, want: []string{"credentials are not accepted"}},
		"no answer":               {puts: always(faults.Hang), code: federation.OperationTimeout, want: []string{"the function's time is nearly up: add a time filter, or more splits", "so far "}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, log := newAccount(t, pages), &bytes.Buffer{}
				h, front := a.handler(faults.Script{"PutObject": test.puts}, federation.Config{SpillUploads: 1}, log)
				if name == "slow" {
					h, front = a.handler(faults.Script{"PutObject": test.puts}, federation.Config{}, log)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				m, err := invoke(ctx, t, h, readAccount())
				if test.code == "" {
					if err != nil || a.rows(m) != pages*rowsPerPage || len(a.objects) != blocks {
						t.Fatalf("%v, %d objects; calls %v", err, len(a.objects), front.Calls())
					}
				} else if err == nil || message.CodeOf(err) != test.code || !containsAll(err.Error(), test.want) {
					t.Errorf("code %s, error %v, want %s with %q", message.CodeOf(err), err, test.code, test.want)
				}
				if n := a.most.Load(); n > 2 {
					t.Errorf("%d uploads at once", n)
				}
				if left := fmt.Sprintf("left_behind=b/p/q1/s1 left_behind_blocks=%d ", test.left); test.left >= 0 && strings.Contains(log.String(), left) != (test.left > 0) {
					t.Errorf("logged %s, want %q if more than 0", log, left)
				}
				// The SDK's request ends with its context, the store's goroutine a little later.
				synctest.Wait()
				if n := a.busy.Load(); n != 0 {
					t.Errorf("%d uploads go on", n)
				}
			})
		})
	}
}

func containsAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// TestPlanningFaults: what is wrong with bucket and key shows before a row is read, in one sentence.
func TestPlanningFaults(t *testing.T) {
	const notOurs = `spill_bucket: "b" not found under your account`
	refused := func(operation, name string) faults.Script {
		return faults.Script{operation: always(faults.Error(400, name, "No."))}
	}
	for name, test := range map[string]struct {
		plan faults.Script
		code federation.Code
		want string
	}{
		"none":                     {},
		"bucket missing":           {faults.Script{"HeadBucket": always(faults.Error(404, "NotFound", ""))}, federation.InvalidInput, notOurs},
		"bucket denied":            {faults.Script{"HeadBucket": always(faults.Error(403, "Forbidden", ""))}, federation.InvalidInput, notOurs},
		"bucket elsewhere":         {faults.Script{"HeadBucket": always(faults.Error(301, "MovedPermanently", ""))}, federation.AccessDenied, "bucket b is in another region, set spill_bucket"},
		"S3 throttled once":        {plan: faults.Script{"HeadBucket": {1: faults.Throttled}}},
		"S3 unreachable":           {faults.Script{"HeadBucket": always(faults.Refused)}, federation.AccessDenied, "S3 cannot be reached"},
		"key missing":              {refused("GenerateDataKey", "NotFoundException"), federation.EntityNotFound, "KMS answers GenerateDataKey with NotFoundException, No: there is no KMS key alias/spill, set kms_key_id"},
		"key denied":               {refused("GenerateDataKey", "AccessDeniedException"), federation.AccessDenied, "needs kms:GenerateDataKey for KMS key alias/spill"},
		"key disabled":             {refused("GenerateDataKey", "DisabledException"), federation.InvalidInput, "KMS key alias/spill is disabled, enable it"},
		"key to be deleted":        {refused("GenerateDataKey", "KMSInvalidStateException"), federation.InvalidInput, "cannot be used as it is"},
		"KMS throttled once":       {plan: faults.Script{"GenerateDataKey": {1: faults.Throttled}, "GenerateRandom": {1: faults.Throttled}}},
		"KMS throttled for ever":   {faults.Script{"GenerateDataKey": always(faults.Throttled)}, federation.Throttling, "KMS is throttling"},
		"KMS fails for ever":       {faults.Script{"GenerateDataKey": always(faults.Error(500, "KMSInternalException", "Oops."))}, federation.InternalService, "run the query again"},
		"KMS unreachable":          {faults.Script{"GenerateDataKey": always(faults.Refused)}, federation.InternalService, "KMS cannot be reached"},
		"random numbers denied":    {refused("GenerateRandom", "AccessDeniedException"), federation.AccessDenied, "KMS answers GenerateRandom with AccessDeniedException, No: the function's role needs kms:GenerateRandom"},
		"credentials have expired": {faults.Script{"GenerateDataKey": always(faults.Expired)}, federation.InvalidCredentials, "check its role"},
		"KMS does not answer":      {faults.Script{"GenerateDataKey": always(faults.Hang)}, federation.OperationTimeout, "the function's time is nearly up"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, 0)
				h, front := a.handler(test.plan, federation.Config{KMSKeyID: "alias/spill"}, t.Output())
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				m, err := invoke(ctx, t, h, &message.GetSplitsRequest{
					Header: accountHeader(), TableName: table("system", "query"), Constraints: passthrough("SELECT a FROM d.t"),
					Partitions: &block.Block{Schema: accountSchema},
				})
				if test.code != "" {
					if err == nil || message.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "operation error") {
						t.Errorf("code %s, error %v, want %s with %q", message.CodeOf(err), err, test.code, test.want)
					}
					return
				}
				if err != nil {
					t.Fatalf("%v; calls %v", err, front.Calls())
				}
				if s, ok := m.(*message.GetSplitsResponse); !ok || len(s.Splits) != 1 || len(s.Splits[0].EncryptionKey.Key) != 16 {
					t.Errorf("answered with %+v", m)
				}
			})
		})
	}
}
