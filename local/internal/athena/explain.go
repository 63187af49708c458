package athena

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
)

// Explain turns a request and its answer into a step. It is for any engine's exchanges, not only for those of Engine.
func Explain(x client.Exchange) Step {
	kind := strings.TrimSuffix(x.Request.Kind(), "Request")
	s := Step{Kind: CallStep, Duration: x.Duration, Exchange: &x, Table: tableOf(x.Request)}
	s.Title = fmt.Sprintf("%s v%d", kind, x.Version)
	if s.Table != "" {
		s.Title += " " + s.Table
	}
	s.Title += fmt.Sprintf(" · %s → %s · %s", byteText(int64(x.RequestBytes)), byteText(int64(x.ResponseBytes)), durationText(x.Duration))
	s.Details = requestDetails(x.Request)
	if x.Err != nil {
		s.Details = append(s.Details, "error: "+x.Err.Error())
		return s
	}
	s.Details = append(s.Details, responseDetails(x.Response)...)
	return s
}

func tableOf(m message.Message) string {
	var t message.TableName
	switch m := m.(type) {
	case *message.GetTableRequest:
		t = m.TableName
	case *message.GetTableLayoutRequest:
		t = m.TableName
	case *message.GetSplitsRequest:
		t = m.TableName
	case *message.ReadRecordsRequest:
		t = m.TableName
	default:
		return ""
	}
	return t.Schema + "." + t.Table
}

func requestDetails(m message.Message) []string {
	switch m := m.(type) {
	case *message.ListTablesRequest:
		return []string{"database: " + m.SchemaName}
	case *message.GetTableRequest:
		return passthroughDetails(m.Passthrough)
	case *message.GetTableLayoutRequest:
		return prefixed("constraint: ", constraintLines(m.Constraints))
	case *message.GetSplitsRequest:
		if m.ContinuationToken != nil {
			return []string{"continues at: " + *m.ContinuationToken}
		}
	case *message.ReadRecordsRequest:
		names := make([]string, m.Schema.NumFields())
		for i, f := range m.Schema.Fields() {
			names[i] = f.Name
		}
		details := []string{"columns: " + strings.Join(names, ", ")}
		details = append(details, prefixed("constraint: ", constraintLines(m.Constraints))...)
		return append(details, propertyDetails(m.Split.Properties)...)
	}
	return nil
}

func passthroughDetails(args map[string]string) []string {
	return propertyLines("passthrough ", args)
}

func propertyDetails(properties map[string]string) []string {
	return propertyLines("split property ", properties)
}

func propertyLines(prefix string, properties map[string]string) []string {
	var lines []string
	for k, v := range properties {
		lines = append(lines, prefix+k+": "+v)
	}
	slices.Sort(lines)
	return lines
}

func prefixed(prefix string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = prefix + l
	}
	return out
}

func responseDetails(m message.Message) []string {
	switch m := m.(type) {
	case *message.PingResponse:
		source := "of unknown source type"
		if m.SourceType != nil {
			source = "of source type " + *m.SourceType
		}
		return []string{fmt.Sprintf("answer: a connector %s, speaks versions up to %d", source, m.SerDeVersion)}
	case *message.GetDataSourceCapabilitiesResponse:
		names := make([]string, len(m.Capabilities))
		for i, c := range m.Capabilities {
			names[i] = c.Name
		}
		return []string{"answer: " + orNothing(names)}
	case *message.ListSchemasResponse:
		return []string{"answer: " + plural(len(m.Schemas), "database")}
	case *message.ListTablesResponse:
		return []string{"answer: " + plural(len(m.Tables), "table")}
	case *message.GetTableResponse:
		return []string{fmt.Sprintf("answer: %s.%s, %s", m.TableName.Schema, m.TableName.Table, plural(m.Schema.NumFields(), "column"))}
	case *message.GetTableLayoutResponse:
		return []string{"answer: " + plural(int(m.Partitions.NumRows()), "partition")}
	case *message.GetSplitsResponse:
		return []string{"answer: " + plural(len(m.Splits), "split") + splitFacts(m)}
	case *message.ReadRecordsResponse:
		return []string{"answer: " + plural(int(m.Records.NumRows()), "row") + " inline"}
	case *message.RemoteReadRecordsResponse:
		return []string{"answer: " + remoteFacts(m)}
	}
	return nil
}

func splitFacts(m *message.GetSplitsResponse) string {
	facts := ""
	if len(m.Splits) > 0 && m.Splits[0].EncryptionKey != nil {
		facts = ", spilled blocks will be encrypted"
	}
	if m.ContinuationToken != nil {
		facts += ", more to come"
	}
	return facts
}

func remoteFacts(m *message.RemoteReadRecordsResponse) string {
	facts := plural(len(m.RemoteBlocks), "spilled block")
	if len(m.RemoteBlocks) > 0 {
		facts += fmt.Sprintf(", first s3://%s/%s", m.RemoteBlocks[0].Bucket, m.RemoteBlocks[0].Key)
	}
	if m.EncryptionKey != nil {
		facts += ", encrypted"
	}
	return facts
}

// explainScan tells what a table is asked for, and what not.
func explainScan(s *scan) Step {
	step := Step{Kind: PlanStep, Table: s.title, Title: "plan " + s.title}
	switch {
	case !s.needed():
		step.Details = []string{"not read: nothing mentions the WITH query it is in"}
		return step
	case s.nothing:
		step.Details = []string{"not read: the statement's conditions let no row of it through"}
		return step
	}
	var names []string
	for _, f := range s.projection().Fields() {
		names = append(names, f.Name)
	}
	step.Details = append(step.Details, fmt.Sprintf("columns (%d of %d): %s", len(names), len(s.used), strings.Join(names, ", ")))
	step.Details = append(step.Details, passthroughDetails(s.passthrough)...)
	step.Details = append(step.Details, prefixed("pushed down: ", constraintLines(s.constraints()))...)
	step.Details = append(step.Details, prefixed("left to the engine: ", s.notes)...)
	return step
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func byteText(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func durationText(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(time.Microsecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}
