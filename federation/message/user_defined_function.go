package message

import (
	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
)

// Scalar is the only type of function there is.
const Scalar = "SCALAR"

// UserDefinedFunctionRequest asks for a function's results, one for each row of arguments. Of the header only the
// identity is sent.
type UserDefinedFunctionRequest struct {
	Header
	InputRecords *block.Block  // one column an argument
	OutputSchema *arrow.Schema // one column
	MethodName   string
	FunctionType string // Scalar
}

// Kind implements [Message].
func (*UserDefinedFunctionRequest) Kind() string { return "UserDefinedFunctionRequest" }

func (m *UserDefinedFunctionRequest) walk(w *walker) {
	m.identity(w)
	w.block("inputRecords", &m.InputRecords)
	w.schema("outputSchema", &m.OutputSchema)
	w.text("methodName", &m.MethodName)
	w.text("functionType", &m.FunctionType)
	if w.err == nil && m.FunctionType != Scalar {
		w.at("functionType", func() { w.fail("unknown function type %q", m.FunctionType) })
	}
}

// UserDefinedFunctionResponse has the results, as many rows as the request had.
type UserDefinedFunctionResponse struct {
	Records    *block.Block // one column
	MethodName string
}

// Kind implements [Message].
func (*UserDefinedFunctionResponse) Kind() string { return "UserDefinedFunctionResponse" }

func (m *UserDefinedFunctionResponse) walk(w *walker) {
	w.block("records", &m.Records)
	w.text("methodName", &m.MethodName)
}
