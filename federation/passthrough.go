package federation

import (
	"strings"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// PassthroughFunction is the argument that names the table function in a
// passthrough request, as "SCHEMA.NAME".
const PassthroughFunction = "schemaFunctionName"

// PassthroughSignature is the table function through which a query is passed to
// the source: SELECT * FROM TABLE(catalog.Schema.Name(Arguments[0] => '…', …)).
type PassthroughSignature struct {
	Schema    string   // "system"
	Name      string   // "query"
	Arguments []string // names, case-sensitive; all must be given and not empty
}

// FullName is the function's name in capabilities and requests: "SYSTEM.QUERY".
func (s PassthroughSignature) FullName() string {
	return strings.ToUpper(s.Schema + "." + s.Name)
}

// Capability declares the function.
func (s PassthroughSignature) Capability() message.Capability {
	return message.Capability{Name: s.FullName(), Entries: []message.CapabilityEntry{
		{SubType: "query_passthrough_schema", Properties: []string{s.Schema}},
		{SubType: "query_passthrough_name", Properties: []string{s.Name}},
		{SubType: "query_passthrough_arguments", Properties: s.Arguments},
	}}
}

// Verify checks the arguments of a request; the texts are the Java SDK's. What
// the query may say is the connector's own check.
func (s PassthroughSignature) Verify(arguments map[string]string) error {
	if !strings.EqualFold(arguments[PassthroughFunction], s.FullName()) {
		return Errorf(InvalidInput, "Function Signature doesn't match implementation's")
	}
	for _, name := range s.Arguments {
		value, ok := arguments[name]
		if !ok {
			return Errorf(InvalidInput, "Missing Query Passthrough Argument: %s", name)
		}
		if value == "" {
			return Errorf(InvalidInput, "Missing Query Passthrough Value for Argument: %s", name)
		}
	}
	return nil
}

// passthrough is the connector's passthrough half, if it has one, it is
// switched on, and the arguments are in order. The Java SDK only stops
// declaring it when switched off; here it is refused as well.
func (h *Handler) passthrough(arguments map[string]string) (PassthroughSchemer, error) {
	p, ok := h.connector.(PassthroughSchemer)
	if !ok {
		return nil, Errorf(OperationNotSupported, "this connector does not pass queries through")
	}
	if !h.options.Config.Passthrough {
		return nil, Errorf(OperationNotSupported, "query passthrough is switched off: set enable_query_passthrough to true to allow it")
	}
	return p, p.Passthrough().Verify(arguments)
}

// checkConstraints refuses passthrough arguments that GetTable would refuse.
func (h *Handler) checkConstraints(c *predicate.Constraints) error {
	if c == nil || len(c.Passthrough) == 0 {
		return nil
	}
	_, err := h.passthrough(c.Passthrough)
	return err
}
