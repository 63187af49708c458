package federation

import "athena-timestream/federation/message"

// tooLarge is the error for an answer that Lambda would not return, of as many
// bytes: what is in it, and what to do instead. No part of it is returned, since
// Athena could not tell it from the whole.
func tooLarge(m message.Message, bytes int) error {
	says := func(format string, args ...any) error {
		args = append([]any{m.Kind(), bytes, MaxPayload}, args...)
		return Errorf(InvalidResponse, "the %s is %d bytes, more than the %d that Lambda returns: "+format, args...)
	}
	switch m := m.(type) {
	case *message.ListSchemasResponse:
		return says("it names %d schemas, and Athena asks for all of them at once; tables can be queried by name all the same", len(m.Schemas))
	case *message.ListTablesResponse:
		return says("it names %d tables; ask for a page of them, or query a table by name, which needs no list", len(m.Tables))
	case *message.GetTableResponse:
		return says("table %s has %d columns; put a view with fewer in front of it", m.TableName, m.Schema.NumFields())
	case *message.GetTableLayoutResponse:
		return says("%d partitions of %s match; add a condition on its partition columns", m.Partitions.NumRows(), m.TableName)
	case *message.GetSplitsResponse:
		return says("it has %d splits; the connector has to return fewer and a continuation token, see PageSplits", len(m.Splits))
	case *message.RemoteReadRecordsResponse:
		return says("it lists %d blocks; raise the block size (MAX_BLOCK_SIZE_BYTES) or read in more splits", len(m.RemoteBlocks))
	case *message.UserDefinedFunctionResponse:
		return says("function %s returned %d rows; return shorter values", m.MethodName, m.Records.NumRows())
	}
	return says("answer in smaller parts")
}
