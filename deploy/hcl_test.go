package deploy_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// hclModule is a folder of Terraform, taken apart as far as the tests need it.
type hclModule struct {
	variables map[string]*hclsyntax.Body
	locals    map[string]hclsyntax.Expression
	outputs   map[string]*hclsyntax.Body
	resources map[string]*hclsyntax.Body // by type.name; data sources as data.type.name
	files     map[string]*hclsyntax.Body
}

func parseModule(t *testing.T, folder string) hclModule {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s holds no Terraform: %v", folder, err)
	}
	m := hclModule{
		variables: map[string]*hclsyntax.Body{}, locals: map[string]hclsyntax.Expression{}, outputs: map[string]*hclsyntax.Body{},
		resources: map[string]*hclsyntax.Body{}, files: map[string]*hclsyntax.Body{},
	}
	for _, name := range names {
		file, diags := hclparse.NewParser().ParseHCLFile(name)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		m.files[name] = file.Body.(*hclsyntax.Body) //nolint:errcheck // native syntax has no other body
		for _, b := range m.files[name].Blocks {
			m.add(b)
		}
	}
	return m
}

func (m hclModule) add(b *hclsyntax.Block) {
	switch b.Type {
	case "variable":
		m.variables[b.Labels[0]] = b.Body
	case "locals":
		for name, a := range b.Body.Attributes {
			m.locals[name] = a.Expr
		}
	case "output":
		m.outputs[b.Labels[0]] = b.Body
	case "resource":
		m.resources[b.Labels[0]+"."+b.Labels[1]] = b.Body
	case "data":
		m.resources["data."+b.Labels[0]+"."+b.Labels[1]] = b.Body
	case "module":
		m.resources["module."+b.Labels[0]] = b.Body
	}
}

// references are what the module's expressions refer to, as in var.name, local.x, data.aws_region.here, aws_iam_role.connector.
func (m hclModule) references() map[string]hcl.Range {
	out := map[string]hcl.Range{}
	for _, body := range m.files {
		var visit func(*hclsyntax.Body, bool)
		visit = func(b *hclsyntax.Body, inVariable bool) {
			for _, a := range b.Attributes {
				if inVariable && a.Name == "type" { // string, bool: words of Terraform's, not references
					continue
				}
				for _, v := range a.Expr.Variables() {
					out[referenced(v)] = v.SourceRange()
				}
			}
			for _, inner := range b.Blocks {
				visit(inner.Body, inner.Type == "variable")
			}
		}
		visit(body, false)
	}
	return out
}

// referenced is the address that a traversal begins with.
func referenced(v hcl.Traversal) string {
	parts := map[string]int{"data": 3, "path": 1, "self": 1, "each": 1, "count": 1}
	n := parts[v.RootName()]
	if n == 0 {
		n = 2
	}
	address := v.RootName()
	for _, step := range v[1:min(n, len(v))] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			address += "." + attribute.Name
		}
	}
	return address
}

// hclFunctions are the functions of Terraform that the module calls.
var hclFunctions = map[string]function.Function{
	"can": tryfunc.CanFunc, "coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
	"jsonencode": stdlib.JSONEncodeFunc, "merge": stdlib.MergeFunc, "regex": stdlib.RegexFunc, "substr": stdlib.SubstrFunc,
	"tostring": stdlib.MakeToFunc(cty.String),
	"filebase64sha256": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}}, Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.StringVal("hash"), nil },
	}),
}

// scope is a module with values: of its variables, those given and the others' defaults; of its resources, those that are
// given; and of all locals.
func (m hclModule) scope(t *testing.T, given, resources map[string]cty.Value) *hcl.EvalContext {
	t.Helper()
	variables := map[string]cty.Value{}
	for name := range m.variables {
		value, ok := given[name]
		if !ok {
			value = m.defaultOf(t, name)
		}
		variables[name] = value
	}
	ctx := &hcl.EvalContext{Functions: hclFunctions, Variables: map[string]cty.Value{"var": cty.ObjectVal(variables)}}
	maps.Copy(ctx.Variables, resources)
	locals := map[string]cty.Value{}
	for len(locals) < len(m.locals) {
		before := len(locals)
		for _, name := range slices.Sorted(maps.Keys(m.locals)) {
			if _, done := locals[name]; !done && ready(m.locals[name], locals) {
				ctx.Variables["local"] = cty.ObjectVal(locals)
				locals[name] = evaluate(t, ctx, m.locals[name])
			}
		}
		if len(locals) == before {
			t.Fatalf("the locals refer to each other in a circle: only %q have values", slices.Sorted(maps.Keys(locals)))
		}
	}
	ctx.Variables["local"] = cty.ObjectVal(locals)
	return ctx
}

// defaultOf is a variable's default, in the type that it is declared to have where that is a plain one.
func (m hclModule) defaultOf(t *testing.T, name string) cty.Value {
	t.Helper()
	a := m.variables[name].Attributes["default"]
	if a == nil {
		return cty.DynamicVal
	}
	value := evaluate(t, &hcl.EvalContext{}, a.Expr)
	plain := map[string]cty.Type{"string": cty.String, "number": cty.Number, "bool": cty.Bool}
	if want, ok := plain[hcl.ExprAsKeyword(m.variables[name].Attributes["type"].Expr)]; ok {
		converted, err := convert.Convert(value, want)
		if err != nil {
			t.Fatalf("the default of variable %s: %v", name, err)
		}
		return converted
	}
	return value
}

// ready is true when all locals that an expression refers to have values.
func ready(e hclsyntax.Expression, locals map[string]cty.Value) bool {
	for _, v := range e.Variables() {
		if v.RootName() != "local" {
			continue
		}
		if _, has := locals[v[1].(hcl.TraverseAttr).Name]; !has { //nolint:errcheck // local.NAME is all there is
			return false
		}
	}
	return true
}

func evaluate(t *testing.T, ctx *hcl.EvalContext, e hclsyntax.Expression) cty.Value {
	t.Helper()
	value, diags := e.Value(ctx)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return value
}

// plainStrings are the values of a map or object of texts.
func plainStrings(t *testing.T, v cty.Value) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, value := range v.AsValueMap() {
		if value.Type() != cty.String || value.IsNull() {
			t.Fatalf("%s is %#v, no text", name, value)
		}
		out[name] = value.AsString()
	}
	return out
}
