package arch_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/internal/deptest"
)

const module = "athena-timestream"

// platforms are those that the Lambda is built for.
var platforms = []deptest.Platform{{OS: "linux", Arch: "amd64"}, {OS: "linux", Arch: "arm64"}}

const (
	arrowModule = "github.com/apache/arrow-go/v18/..."
	awsModules  = "github.com/aws/aws-sdk-go-v2/..."
	smithy      = "github.com/aws/smithy-go/..."
	lambdaGo    = "github.com/aws/aws-lambda-go/..."
	parquetGo   = "github.com/parquet-go/parquet-go/..."

	substraitModule = "github.com/substrait-io/substrait-protobuf/go/..."
	protobufModule  = "google.golang.org/protobuf/..."
)

// layers say what each package may import by itself, besides the standard
// library: a package sees those above it in this list, and no more of them than
// its line says. A package without a line fails: a new one needs its place. So
// does a permission that nobody uses.
// Paths without a dot in the first part are ours.
var layers = []struct {
	pkg string
	may []string
}{
	{"federation/redact", nil},
	{"federation/panics", []string{"federation/redact"}},
	{"federation/predicate", []string{arrowModule, "federation/redact"}},
	{"federation/block", []string{arrowModule, "federation/redact"}},
	{"federation/substrait", []string{substraitModule, protobufModule, "federation/redact"}},
	{"federation/message", []string{arrowModule, "federation/redact", "federation/predicate", "federation/block"}},
	{"federation/spill", []string{arrowModule, "federation/panics", "federation/message", "federation/block"}},
	{"federation/spill/s3spill", []string{"federation/spill", "federation/message", awsModules, smithy}},
	{"federation/spill/kmskey", []string{"federation/spill", "federation/message", awsModules, smithy}},
	{"federation/fas/internal/envelope", nil},
	{"federation/fas", []string{"federation/message", "federation/fas/internal/envelope", awsModules}},
	{"federation/client", []string{arrowModule, "federation/predicate", "federation/message", "federation/block", "federation/spill"}},
	{"federation", []string{arrowModule, "federation/redact", "federation/panics", "federation/predicate", "federation/message", "federation/block", "federation/spill"}},
	{"federation/lambdahandler", []string{"federation", "federation/message", lambdaGo}},
	{"federation/gluemeta", []string{"federation", "federation/message", arrowModule, awsModules, smithy}},
	{"federation/querystatus", []string{"federation", "federation/redact", "federation/panics", awsModules}},
	{"federation/federationtest", []string{"federation", "federation/predicate", "federation/message", "federation/block", "federation/spill", "federation/client", arrowModule}},
	{"timestream/internal/tstype", []string{arrowModule, awsModules}},
	{"timestream/internal/sqlgen", []string{arrowModule, "federation/redact", "federation/predicate", "federation/substrait"}},
	{"timestream/internal/cut", []string{"federation/predicate", "timestream/internal/sqlgen"}},
	{"timestream/internal/page", []string{arrowModule, awsModules, smithy, "federation/redact", "federation/block", "timestream/internal/tstype"}},
	{"timestream/internal/parquet", []string{parquetGo, "federation/block", "timestream/internal/page", "timestream/internal/tstype"}},
	{"timestream/internal/unload", []string{"timestream/internal/page", "timestream/internal/tstype", awsModules}},
	// The adapters, because its NewHandler is the wiring that Lambda and the local command share.
	{"timestream", []string{
		"federation", "federation/predicate", "federation/message", "federation/block", "federation/spill", "federation/substrait", "federation/redact", "federation/panics",
		"federation/fas", "federation/gluemeta", "federation/querystatus", "federation/spill/s3spill", "federation/spill/kmskey",
		"timestream/internal/...", arrowModule, awsModules, smithy,
	}},
	{"timestream/internal/bench/sample", []string{"timestream/internal/tstype", arrowModule}},
	{"timestream/internal/bench/sdkpath", []string{"timestream/internal/tstype", arrowModule, awsModules}},
	{"timestream/internal/bench/standin", []string{"timestream/internal/bench/sample"}},
	{"timestream/internal/bench", []string{
		"timestream", "timestream/internal/...", "federation", "federation/predicate", "federation/message", "federation/block",
		"federation/client", "federation/spill", "federation/spill/s3spill", arrowModule, awsModules, smithy,
	}},
	{"cmd/athena-timestream", []string{"federation/...", "timestream", awsModules}},
	{"examples/csv", []string{"federation", "federation/message", "federation/block", "federation/spill", "federation/spill/s3spill", "federation/lambdahandler", arrowModule, awsModules}},
	{"interop/connector", []string{
		"federation", "federation/federationtest", "federation/lambdahandler", "federation/message", "federation/block",
		"federation/spill/s3spill", "internal/golden", arrowModule, awsModules,
	}},
	{"examples/clients/go", []string{awsModules}},
	{"deploy", nil},
	{"deploy/pack", nil},
	{"deploy/image", []string{"github.com/google/go-containerregistry/...", "golang.org/x/crypto/x509roots/..."}},
	{"internal/deptest", nil},
	{"internal/faults", nil},
	{"internal/runtimeapi", nil},
	{"internal/integration", []string{
		"federation", "federation/block", "federation/client", "federation/federationtest", "federation/message", "federation/predicate",
		"federation/spill", "federation/spill/s3spill", "timestream", arrowModule, awsModules,
	}},
	{"internal/golden", []string{"federation/predicate", arrowModule}},
	{"internal/golden/neutral", []string{"federation/predicate", "federation/block", "federation/message", "internal/golden", arrowModule}},
}

// core is the SDK without its adapters.
var core = []string{
	"federation/redact", "federation/panics", "federation/predicate", "federation/block", "federation/substrait", "federation/message", "federation/spill", "federation/client", "federation",
}

func TestLayers(t *testing.T) {
	allowed := map[string][]string{module: nil} // the root holds this test only
	for _, l := range layers {
		allowed[module+"/"+l.pkg] = ours(l.may)
	}
	for _, p := range deptest.Load(t, platforms[0], deptest.Direct, "./...") {
		may, known := allowed[p.ImportPath]
		if !known {
			t.Errorf("%s has no line in the layers: give it its place", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if !standard(imported) && !deptest.MatchAny(may, imported) {
				t.Errorf("%s imports %s, which its layer may not", p.ImportPath, imported)
			}
		}
		for _, pattern := range may {
			if !slices.ContainsFunc(p.Imports, func(path string) bool { return deptest.Match(pattern, path) }) {
				t.Errorf("%s may import %s and does not: take it out of its line", p.ImportPath, pattern)
			}
		}
	}
}

func ours(patterns []string) []string {
	full := make([]string, len(patterns))
	for i, p := range patterns {
		full[i] = p
		if standard(p) { // no dot: a path of this module
			full[i] = module + "/" + p
		}
	}
	return full
}

// standard is true for paths of the standard library, whose first part has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != module
}

func TestForbiddenImports(t *testing.T) {
	rules := []struct {
		name     string
		packages []string
		forbid   []deptest.Rule
	}{
		{"the Lambda binary", []string{"cmd/athena-timestream"}, []deptest.Rule{
			{Pattern: "runtime/cgo", Reason: "the Lambda is a static binary, built without a C compiler"},
			{Pattern: "github.com/duckdb/...", Reason: "DuckDB is the local engine's: 50 MB of C++ that Lambda never runs"},
			{Pattern: "github.com/marcboeker/...", Reason: "DuckDB is the local engine's"},
			{Pattern: module + "/local/...", Reason: "the local engine is not deployed"},
			{Pattern: "testing", Reason: "it adds its flags to the binary, and fakes must not ship"},
			{Pattern: module + "/federation/federationtest", Reason: "fakes must not ship"},
			{Pattern: module + "/internal/faults", Reason: "fakes must not ship"},
			{Pattern: module + "/federation/client", Reason: "Athena's side has no place in the connector"},
		}},
		{"the SDK's core", core, []deptest.Rule{
			{Pattern: awsModules, Reason: "the core runs without AWS; adapters are packages of their own"},
			{Pattern: smithy, Reason: "the core runs without AWS; adapters are packages of their own"},
			{Pattern: lambdaGo, Reason: "only lambdahandler knows Lambda's runtime"},
			{Pattern: module + "/timestream/...", Reason: "the SDK knows no connector"},
			{Pattern: "testing", Reason: "it adds its flags to every binary"},
		}},
		{"the example", []string{"examples/csv"}, []deptest.Rule{
			{Pattern: module + "/timestream/...", Reason: "the example proves that the SDK is not shaped like Timestream"},
		}},
		{"everything here", []string{"./..."}, []deptest.Rule{
			{Pattern: module + "/local/...", Reason: "nothing sees the local module: it needs cgo"},
		}},
	}
	for _, r := range rules {
		for _, platform := range platforms {
			t.Run(r.name+"/"+platform.Arch, func(t *testing.T) {
				for _, fault := range deptest.Forbidden(deptest.Load(t, platform, deptest.Deep, ours(r.packages)...), r.forbid) {
					t.Error(fault)
				}
			})
		}
	}
}

func TestOnlyLambdaHandlerImportsLambda(t *testing.T) {
	const may = module + "/federation/lambdahandler"
	for _, p := range deptest.Load(t, platforms[0], deptest.Direct, "./...") {
		for _, imported := range p.Imports {
			if deptest.Match(lambdaGo, imported) && p.ImportPath != may {
				t.Errorf("%s imports %s: only %s may", p.ImportPath, imported, may)
			}
		}
	}
}

// TestNoCgo: without a C compiler the root module is whole.
func TestNoCgo(t *testing.T) {
	for _, platform := range platforms {
		for _, p := range deptest.Load(t, platform, deptest.Deep, "./...") {
			if len(p.CgoFiles) > 0 || p.ImportPath == "C" || len(p.GoFiles) == 0 && !p.Standard && p.ImportPath != module {
				t.Errorf("%s/%s: %s needs cgo or has no files without it", platform.OS, platform.Arch, p.ImportPath)
			}
		}
	}
}

// TestPackageComments looks at both modules if the local one is at hand.
func TestPackageComments(t *testing.T) {
	packages := deptest.Load(t, platforms[0], deptest.Find, "./...", "./local/...")
	slices.SortFunc(packages, func(a, b deptest.Package) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	for _, p := range packages {
		if p.Doc == "" && p.ImportPath != module && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment: say what it holds and what it promises", p.ImportPath)
		}
	}
}
