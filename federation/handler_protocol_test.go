package federation_test

import (
	"bytes"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// TestNothingIsDeclared: without a word from the connector no capability is declared.
func TestNothingIsDeclared(t *testing.T) {
	h := newHandler(t, federationtest.Connector{}, federation.Options{Config: federation.Config{Passthrough: true}})
	got, err := ask[*message.GetDataSourceCapabilitiesResponse](t.Context(), t, h, &message.GetDataSourceCapabilitiesRequest{Header: header()})
	if err != nil || len(got.Capabilities) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestEmptyPlaces: an empty layout and an empty read are answers, not errors.
func TestEmptyPlaces(t *testing.T) {
	h := newHandler(t, federationtest.Connector{ReadRecordsFunc: numbers(0)}, federation.Options{})
	inline, err := ask[*message.ReadRecordsResponse](t.Context(), t, h, readRequest())
	if err != nil || inline.Records.NumRows() != 0 {
		t.Errorf("got %+v, %v", inline, err)
	}
	r := readRequest()
	r.MaxInlineBlockSize = 0
	remote, err := ask[*message.RemoteReadRecordsResponse](t.Context(), t, h, r)
	if err != nil || len(remote.RemoteBlocks) != 0 {
		t.Errorf("got %+v, %v", remote, err)
	}
}

// TestAnswersGoOutAtTheRequestsVersion: the schema of an answer has the framing of the version that the request was of.
func TestAnswersGoOutAtTheRequestsVersion(t *testing.T) {
	h := newHandler(t, federationtest.Connector{ReadRecordsFunc: numbers(2)}, federation.Options{})
	for v := message.Oldest; v <= message.Newest; v++ {
		request, err := message.Encode(readRequest(), v)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := h.Invoke(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(answer, []byte(`"schema":"/////`)) { // current framing: what was sent at 2 is read as 3
			t.Errorf("version %d: %s", v, answer)
		}
	}
}

// TestSettingNamesKeepCase: a setting in other letters is none.
func TestSettingNamesKeepCase(t *testing.T) {
	for _, name := range []string{"SPILL_BUCKET", "max_block_size_bytes", "Kms_Key_Id", "DISABLE_GLUE"} {
		got, err := federation.ConfigFromEnv(env(name, "5"))
		if err != nil || got.SpillBucket != "" || got.MaxBlockSize != 0 || got.KMSKeyID != "" || got.DisableGlue {
			t.Errorf("%s was read: %+v, %v", name, got, err)
		}
	}
}

// planner applies plans, it says.
type planner struct{ federationtest.Connector }

func (planner) AppliesPlans() {}

// TestPlansNeedAnApplier: nobody else's rows may be taken for the plan's.
func TestPlansNeedAnApplier(t *testing.T) {
	c := federationtest.Connector{ReadRecordsFunc: numbers(1)}
	read := func(c federation.Connector, plan *predicate.QueryPlan) error {
		r := readRequest()
		r.Constraints = predicate.Unconstrained()
		r.Constraints.Plan = plan
		_, err := ask[*message.ReadRecordsResponse](t.Context(), t, newHandler(t, c, federation.Options{}), r)
		return err
	}
	plan := &predicate.QueryPlan{Version: "0.65.0"}
	if err := read(planner{c}, plan); err != nil {
		t.Errorf("a plan that is applied: %v", err)
	}
	if err := read(c, nil); err != nil {
		t.Errorf("no plan: %v", err)
	}
	wantCode(t, read(c, plan), federation.OperationNotSupported, "the request carries a query plan")
}
