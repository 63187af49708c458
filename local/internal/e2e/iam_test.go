package e2e_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation/client"
	"athena-timestream/federation/fas"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	awsfaults "athena-timestream/internal/faults"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

// actions are what IAM asks for an operation, by its name at the service. Query's depend on the statement, see actionOf.
// Sources: the service authorization reference of each service, and "Actions" of the developer guides.
var actions = map[string]string{
	"DescribeEndpoints":       "timestream:DescribeEndpoints",
	"DescribeAccountSettings": "timestream:DescribeAccountSettings",
	"DescribeTable":           "timestream:DescribeTable",
	"PrepareQuery":            "timestream:PrepareQuery",
	"CancelQuery":             "timestream:CancelQuery",
	"ListDatabases":           "timestream:ListDatabases",
	"ListTables":              "timestream:ListTables",
	"HeadBucket":              "s3:ListBucket",
	"PutObject":               "s3:PutObject",
	"GetObject":               "s3:GetObject",
	"DeleteObjects":           "s3:DeleteObject",
	"GetQueryExecution":       "athena:GetQueryExecution",
	"GetTable":                "glue:GetTable",
	"GetConnection":           "glue:GetConnection",
	"GenerateDataKey":         "kms:GenerateDataKey",
	"GenerateRandom":          "kms:GenerateRandom",
	"Decrypt":                 "kms:Decrypt",
}

// statements are what IAM asks for a Query, by the statement's beginning.
var statements = []struct{ pattern, action string }{
	{`^UNLOAD`, "timestream:Unload"},
	{`^SHOW DATABASES`, "timestream:ListDatabases"},
	{`^SHOW TABLES`, "timestream:ListTables"},
	{`^DESCRIBE`, "timestream:DescribeTable"},
	{`(?s)\bFROM "?\w+"?\."?\w+"?`, "timestream:Select"},
	{`^SELECT`, "timestream:SelectValues"},
}

// policies are those of the templates with the calls that need them. What another party does with the role has its reason.
var policies = map[string]struct {
	with      func(*function)   // the settings under which a template grants it; nil: always
	elsewhere map[string]string // actions that the connector does not ask for itself
}{
	"read-timestream": {},
	"answer-athena": {elsewhere: map[string]string{
		"logs:CreateLogStream": "Lambda writes the function's log with the function's role",
		"logs:PutLogEvents":    "Lambda writes the function's log with the function's role",
	}},
	"look-into-glue": {with: func(f *function) { f.glue, f.connection = true, "planted" }},
	"make-data-keys": {with: func(f *function) { f.kms = "alias/planted" }},
	"unload": {with: func(f *function) { f.unload = true }, elsewhere: map[string]string{
		"timestream:WriteRecords": "the developer guide's policy for UNLOAD has it",
		"s3:AbortMultipartUpload": "Timestream writes the files with the caller's rights",
		"s3:GetBucketAcl":         "Timestream looks whose bucket it is with the caller's rights",
	}},
	"read-unloaded":         {elsewhere: map[string]string{"kms:Decrypt": "S3 decrypts files for who reads them with the caller's rights"}},
	"open-callers-sessions": {with: func(f *function) { f.session = true }},
	"join-vpc": {elsewhere: map[string]string{
		"ec2:CreateNetworkInterface":     "Lambda puts the function into a VPC with the function's role",
		"ec2:DescribeNetworkInterfaces":  "Lambda puts the function into a VPC with the function's role",
		"ec2:DescribeSubnets":            "Lambda puts the function into a VPC with the function's role",
		"ec2:DeleteNetworkInterface":     "Lambda puts the function into a VPC with the function's role",
		"ec2:AssignPrivateIpAddresses":   "Lambda puts the function into a VPC with the function's role",
		"ec2:UnassignPrivateIpAddresses": "Lambda puts the function into a VPC with the function's role",
	}},
}

// TestPoliciesAllowWhatIsCalled compares the templates' policies with the calls that the connector makes, both ways, under
// the settings that each policy is for. The calls are those of conversations that leave nothing out; AWS_ENDPOINT_URL is
// not set, so that endpoints are discovered as in the cloud.
func TestPoliciesAllowWhatIsCalled(t *testing.T) {
	t.Parallel()
	granted := templateActions(t)
	for name := range granted {
		if _, known := policies[name]; !known {
			t.Errorf("a template has the policy %s: say what calls need it", name)
		}
	}
	base := called(t, function{})
	for name, p := range policies {
		want := map[string]bool{}
		for action := range p.elsewhere {
			want[action] = true
		}
		for action := range base {
			if p.with == nil && granted[name][action] {
				want[action] = true
			}
		}
		if p.with != nil {
			f := function{}
			p.with(&f)
			for action := range called(t, f) {
				if !base[action] {
					want[action] = true
				}
			}
		}
		if !maps.Equal(granted[name], want) {
			t.Errorf("policy %s of the templates allows\n%q\nthe connector's calls need\n%q", name, slices.Sorted(maps.Keys(granted[name])), slices.Sorted(maps.Keys(want)))
		}
	}
	for action := range base {
		if !granted["read-timestream"][action] && !granted["answer-athena"][action] {
			t.Errorf("%s is called under all settings, and no unconditional policy allows it", action)
		}
	}
}

// templateActions are the actions of each policy, which must be the same in all templates but for glue:GetConnection,
// which is only asked for where there is a connection.
func templateActions(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	for _, file := range []string{"athena-timestream.yaml", "athena-timestream-connection.yaml"} {
		text, err := os.ReadFile("../../../deploy/sam/" + file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "      Policies:\n")
		for _, policy := range strings.Split(rest, "- PolicyName: ")[1:] {
			name, body, _ := strings.Cut(policy, "\n")
			if all[name] == nil {
				all[name] = map[string]bool{}
			}
			for _, m := range regexp.MustCompile(`(?m)(?:- |Action: )([a-z0-9]+:[A-Z]\w+)$`).FindAllStringSubmatch(body, -1) {
				all[name][m[1]] = true
			}
		}
	}
	return all
}

// function is the connector under some settings.
type function struct {
	glue       bool
	connection string
	kms        string
	unload     bool
	session    bool // Athena sends its caller's credentials along
}

// called are the actions that all conversations with the function need.
func called(t *testing.T, f function) map[string]bool {
	t.Helper()
	plan := denials{sessions: sealedSessions(t)}
	var front *awsfaults.Front
	s := serve(t, openDB(t), setting{server: tsserver.Options{PageBytes: 8000}}, func(next http.Handler) http.Handler {
		front = awsfaults.New(next, &plan)
		return front
	})
	s.write(t, randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 200, false))
	s.define(t, "db", "seen", `SELECT time FROM "db"."multi"`, "time timestamp")
	const key = "AKIAFUNCTION"
	cfg := aws.Config{
		Region: s.aws.Region, HTTPClient: inTheCloud{s.aws.HTTPClient, *s.aws.BaseEndpoint}, Retryer: s.aws.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	}
	env := map[string]string{"spill_bucket": bucket, "kms_key_id": f.kms, "disable_glue": fmt.Sprint(!f.glue), "glue_connection": f.connection}
	getenv, err := timestream.WithConnection(t.Context(), cfg, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if f.unload {
		env["read_mode"] = "unload"
	}
	config, err := timestream.ConfigFromEnv(getenv)
	if err != nil {
		t.Fatal(err)
	}
	if f.glue { // any value of the variable but false switches Glue off
		config.Federation.DisableGlue = false
	}
	h, err := timestream.NewHandler(cfg, config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var caller *message.Identity
	if f.session {
		options := map[string]string{fas.OptionToken: plan.sessions.Cases[sealedSession].Token, fas.OptionKey: plan.sessions.ServiceKMSKeyID}
		caller = &message.Identity{Account: "123456789012", ConfigOptions: options}
	}
	s.read(t, h, caller)
	if f == (function{}) { // the others differ in what is read only
		s.listAndEnd(t, h, &plan)
	}
	found := map[string]bool{}
	for _, c := range front.Calls() {
		if c.AccessKey == key {
			found[actionOf(t, c)] = true
		}
	}
	return found
}

// spilling is an Athena that has every row spilled.
func (s *site) spilling(h client.Invoker) *athena.Engine {
	return &athena.Engine{Invoker: h, Store: s.store, Limits: spill.Limits{MaxBlockSize: 3000, MaxInlineSize: 1}}
}

// read reads a table and passes statements through.
func (s *site) read(t *testing.T, h client.Invoker, caller *message.Identity) {
	t.Helper()
	e := s.spilling(h)
	e.Identity = caller
	for _, sql := range []string{
		"SELECT * FROM db.multi", "SELECT count(*) FROM db.multi",
		"SELECT * FROM " + through("SELECT 1 AS one"), "SELECT * FROM " + through("SELECT time FROM db.multi"), "SELECT * FROM " + through("SHOW DATABASES"),
	} {
		answer(t, e, sql)
	}
}

// listAndEnd lists everything, by SHOW and where that is denied, and begins a read whose query Athena then ends.
func (s *site) listAndEnd(t *testing.T, h client.Invoker, plan *denials) {
	t.Helper()
	for _, deny := range []bool{false, true} {
		plan.show = deny
		c := &client.Client{Invoker: h, Store: s.store, Catalog: "timestream", QueryID: "q"}
		if _, err := c.ListSchemas(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ListTables(t.Context(), "db"); err != nil {
			t.Fatal(err)
		}
	}
	plan.show, plan.ended = false, true
	if _, _, err := query(t.Context(), s.spilling(h), "SELECT * FROM db.multi"); err == nil || !strings.Contains(err.Error(), "CANCELLED") {
		t.Errorf("a read whose query Athena has ended: %v", err)
	}
}

// denials is how the services answer: SHOW may be denied, and Athena's query be over while a further page is awaited.
type denials struct {
	show, ended bool
	sessions    sessionFile
}

// sessionFile are callers' credentials as AWS's Encryption SDK sealed them.
type sessionFile struct {
	ServiceKMSKeyID string `json:"serviceKmsKeyId"`
	Cases           []struct {
		Token    string
		DataKeys []struct{ KeyID, Plaintext string }
	}
}

// sealedSession is the first one of a suite that is read.
const sealedSession = 9

func sealedSessions(t *testing.T) sessionFile {
	t.Helper()
	text, err := os.ReadFile("../../../vectors/fas/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var f sessionFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// Fault implements [awsfaults.Plan].
func (d *denials) Fault(c awsfaults.Call) awsfaults.Fault {
	switch {
	case d.show && c.Operation == "Query" && strings.Contains(c.Body, `"SHOW`):
		return awsfaults.Error(http.StatusForbidden, "AccessDeniedException", "not authorized")
	case d.ended && c.Operation == "Query" && strings.Contains(c.Body, `"NextToken"`):
		return awsfaults.Slow(5 * time.Second)
	case d.ended && c.Operation == "GetQueryExecution":
		return answers(`{"QueryExecution":{"Status":{"State":"CANCELLED"}}}`)
	case c.Operation == "Decrypt":
		key := d.sessions.Cases[sealedSession].DataKeys[0]
		return answers(fmt.Sprintf(`{"KeyId":%q,"Plaintext":%q}`, key.KeyID, key.Plaintext))
	case c.Operation == "GetConnection":
		return answers(`{"Connection":{"Name":"planted","AthenaProperties":{"spill_prefix":"from-a-connection"}}}`)
	}
	return awsfaults.Fault{}
}

// answers is an answer of a service that the stand-in lacks.
func answers(body string) awsfaults.Fault {
	return awsfaults.Fault{Name: "answered", Do: func(_ *awsfaults.Front, w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, body)
	}}
}

func actionOf(t *testing.T, c awsfaults.Call) string {
	t.Helper()
	if action, known := actions[c.Operation]; known {
		return action
	}
	if c.Operation != "Query" {
		t.Errorf("the connector calls %s: say in this test which action that is, and grant it in the templates", c.Operation)
		return c.Operation
	}
	var in struct{ QueryString string }
	if err := json.Unmarshal([]byte(c.Body), &in); err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if regexp.MustCompile(s.pattern).MatchString(in.QueryString) {
			return s.action
		}
	}
	t.Errorf("which action is needed for %s?", in.QueryString)
	return "Query"
}
