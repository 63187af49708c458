package deploy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// samTemplate is a template with values for its parameters: as much of CloudFormation's functions as the templates use.
type samTemplate struct {
	t          *testing.T
	root       *yaml.Node
	parameters map[string]string
}

// noValue is AWS::NoValue: what has it is not there.
type noValue struct{}

// loadSAM reads a template; parameters that are not given have their defaults.
func loadSAM(t *testing.T, file string, given map[string]string) samTemplate {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(read(t, file)), &document); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	s := samTemplate{t: t, root: document.Content[0], parameters: map[string]string{
		"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012",
	}}
	parameters := s.node("Parameters")
	for i := 0; i < len(parameters.Content); i += 2 {
		name := parameters.Content[i].Value
		if value := child(parameters.Content[i+1], "Default"); value != nil {
			s.parameters[name] = value.Value
		}
	}
	for name, value := range given {
		if child(parameters, name) == nil {
			t.Fatalf("%s has no parameter %s", file, name)
		}
		s.parameters[name] = value
	}
	return s
}

// node is what stands at a path of keys.
func (s samTemplate) node(path ...string) *yaml.Node {
	s.t.Helper()
	n := s.root
	for _, key := range path {
		if n = child(n, key); n == nil {
			s.t.Fatalf("the template has no %s", strings.Join(path, "."))
		}
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// value is a node with its functions called: string, []any, map[string]any, bool or noValue.
func (s samTemplate) value(n *yaml.Node) any {
	s.t.Helper()
	switch {
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		return s.call(n)
	case n.Kind == yaml.SequenceNode:
		out := []any{}
		for _, inner := range n.Content {
			if v := s.value(inner); v != (noValue{}) {
				out = append(out, v)
			}
		}
		return out
	case n.Kind == yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			if v := s.value(n.Content[i+1]); v != (noValue{}) {
				out[n.Content[i].Value] = v
			}
		}
		return out
	}
	return n.Value
}

// call calls the function that a node's tag names.
func (s samTemplate) call(n *yaml.Node) any {
	s.t.Helper()
	arguments := func(i int) any { return s.value(n.Content[i]) }
	switch n.Tag {
	case "!Ref":
		return s.ref(n.Value)
	case "!GetAtt":
		return "GetAtt " + n.Value
	case "!Sub":
		return s.sub(n)
	case "!Condition":
		return s.condition(n.Value)
	case "!If":
		if s.condition(n.Content[0].Value) {
			return arguments(1)
		}
		return arguments(2)
	case "!Equals":
		return arguments(0) == arguments(1)
	case "!Not":
		return arguments(0) == false
	case "!And":
		return arguments(0) == true && arguments(1) == true
	case "!Join":
		parts, _ := arguments(1).(string) // a list parameter, whose value is its text
		return strings.ReplaceAll(parts, ",", n.Content[0].Value)
	case "!Split":
		parts := []any{}
		for part := range strings.SplitSeq(fmt.Sprint(arguments(1)), n.Content[0].Value) {
			parts = append(parts, part)
		}
		return parts
	case "!Select":
		return arguments(1).([]any)[0] //nolint:errcheck // the first of a !Split
	}
	s.t.Fatalf("line %d: this test does not know %s", n.Line, n.Tag)
	return nil
}

func (s samTemplate) ref(name string) any {
	s.t.Helper()
	if name == "AWS::NoValue" {
		return noValue{}
	}
	value, ok := s.parameters[name]
	if !ok {
		s.t.Fatalf("!Ref %s: no such parameter, or it has no value", name)
	}
	return value
}

func (s samTemplate) condition(name string) bool {
	s.t.Helper()
	holds, ok := s.value(s.node("Conditions", name)).(bool)
	if !ok {
		s.t.Fatalf("condition %s is no condition", name)
	}
	return holds
}

func (s samTemplate) sub(n *yaml.Node) string {
	s.t.Helper()
	text, further := n.Value, map[string]any{}
	if n.Kind == yaml.SequenceNode {
		text = n.Content[0].Value
		further, _ = s.value(n.Content[1]).(map[string]any)
	}
	return regexp.MustCompile(`\$\{([\w:]+)\}`).ReplaceAllStringFunc(text, func(hole string) string {
		name := hole[2 : len(hole)-1]
		if value, ok := further[name]; ok {
			return fmt.Sprint(value)
		}
		return fmt.Sprint(s.ref(name))
	})
}

// Without the templates, these functions would be wrong and nobody saw it.
func TestSAMFunctions(t *testing.T) {
	var n yaml.Node
	const text = `[!If [Yes, !Ref A, b], !Sub '${A}-${AWS::Region}', !Sub ['${A}${X}', {X: z}], !Select [0, !Split [':', 'arn:aws']], !Ref AWS::NoValue, {k: !If [No, x, !Ref AWS::NoValue]}]`
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(`Conditions: {Yes: !Not [!Equals [!Ref A, '']], No: !And [!Condition Yes, !Equals [!Join ['', !Ref A], '']]}`), &root); err != nil {
		t.Fatal(err)
	}
	s := samTemplate{t: t, root: root.Content[0], parameters: map[string]string{"A": "a", "AWS::Region": "r"}}
	if got, want := fmt.Sprint(s.value(n.Content[0])), "[a a-r az arn map[]]"; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
}
