// Package neutral renders messages and predicates in the neutral form of the vectors.
package neutral

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
)

type object = map[string]any

// Message is the neutral form of a message. A text that may be null on the wire is null if it is empty.
func Message(m message.Message) any {
	o := object{"@type": m.Kind()}
	switch m := m.(type) {
	case *message.PingRequest:
		header(o, &m.Header)
	case *message.ListSchemasRequest:
		header(o, &m.Header)
	case *message.GetDataSourceCapabilitiesRequest:
		header(o, &m.Header)
	case *message.ListTablesRequest:
		header(o, &m.Header)
		o["schemaName"], o["nextToken"], o["pageSize"] = m.SchemaName, m.NextToken, m.PageSize
	case *message.GetTableRequest:
		header(o, &m.Header)
		o["tableName"], o["queryPassthroughArguments"] = table(m.TableName), stringMap(m.Passthrough)
	case *message.GetTableLayoutRequest:
		header(o, &m.Header)
		o["tableName"], o["constraints"] = table(m.TableName), Constraints(m.Constraints)
		o["schema"], o["partitionColumns"] = golden.Schema(m.Schema), sortedTexts(m.PartitionColumns)
	case *message.GetSplitsRequest:
		header(o, &m.Header)
		o["tableName"], o["partitions"], o["partitionColumns"] = table(m.TableName), Block(m.Partitions), texts(m.PartitionColumns)
		o["constraints"], o["continuationToken"] = Constraints(m.Constraints), m.ContinuationToken
	case *message.ReadRecordsRequest:
		header(o, &m.Header)
		o["tableName"], o["schema"], o["split"] = table(m.TableName), golden.Schema(m.Schema), split(m.Split)
		o["constraints"] = Constraints(m.Constraints)
		o["maxBlockSize"], o["maxInlineBlockSize"] = fmt.Sprint(m.MaxBlockSize), fmt.Sprint(m.MaxInlineBlockSize)
	case *message.UserDefinedFunctionRequest:
		o["identity"] = identity(m.Identity)
		o["inputRecords"], o["outputSchema"] = Block(m.InputRecords), golden.Schema(m.OutputSchema)
		o["methodName"], o["functionType"] = m.MethodName, m.FunctionType
	default:
		response(o, m)
	}
	return o
}

func response(o object, m message.Message) {
	switch m := m.(type) {
	case *message.PingResponse:
		o["catalogName"], o["queryId"], o["sourceType"] = m.CatalogName, m.QueryID, m.SourceType
		o["capabilities"], o["serDeVersion"] = m.Capabilities, m.SerDeVersion
	case *message.ListSchemasResponse:
		o["catalogName"], o["schemas"] = m.CatalogName, texts(m.Schemas)
	case *message.ListTablesResponse:
		tables := []any{}
		for _, t := range m.Tables {
			tables = append(tables, table(t))
		}
		o["tables"], o["catalogName"], o["nextToken"] = tables, m.CatalogName, m.NextToken
	case *message.GetTableResponse:
		o["catalogName"], o["tableName"], o["schema"] = m.CatalogName, table(m.TableName), golden.Schema(m.Schema)
		o["partitionColumns"] = sortedTexts(m.PartitionColumns)
	case *message.GetTableLayoutResponse:
		o["catalogName"], o["tableName"], o["partitions"] = m.CatalogName, table(m.TableName), Block(m.Partitions)
	case *message.GetSplitsResponse:
		o["catalogName"], o["splitsSorted"], o["continuationToken"] = m.CatalogName, splits(m.Splits), m.ContinuationToken
	case *message.GetDataSourceCapabilitiesResponse:
		o["catalogName"], o["capabilities"] = m.CatalogName, capabilities(m.Capabilities)
	case *message.ReadRecordsResponse:
		o["catalogName"], o["records"] = m.CatalogName, Block(m.Records)
	case *message.RemoteReadRecordsResponse:
		blocks := []any{}
		for _, l := range m.RemoteBlocks {
			blocks = append(blocks, location(&l))
		}
		o["catalogName"], o["schema"], o["remoteBlocks"] = m.CatalogName, golden.Schema(m.Schema), blocks
		o["encryptionKey"] = key(m.EncryptionKey)
	case *message.UserDefinedFunctionResponse:
		o["records"], o["methodName"] = Block(m.Records), m.MethodName
	default:
		o["@type"] = fmt.Sprintf("no neutral form for %T", m)
	}
}

func header(o object, h *message.Header) {
	o["identity"], o["queryId"], o["catalogName"] = identity(h.Identity), orNull(h.QueryID), h.CatalogName
}

func identity(i *message.Identity) any {
	if i == nil {
		return nil
	}
	return object{
		"account": orNull(i.Account), "arn": orNull(i.ARN), "tags": stringMap(i.Tags), "groups": texts(i.Groups),
		"configOptions": stringMap(i.ConfigOptions),
	}
}

func table(t message.TableName) any { return object{"schemaName": t.Schema, "tableName": t.Table} }

// Block is the neutral form of a block.
func Block(b *block.Block) any {
	return object{"schema": golden.Schema(b.Schema), "rowCount": b.NumRows(), "rows": golden.Rows(b.Records)}
}

func location(l *message.SpillLocation) any {
	if l == nil {
		return nil
	}
	return object{"bucket": orNull(l.Bucket), "key": orNull(l.Key), "directory": l.Directory}
}

func key(k *message.EncryptionKey) any {
	if k == nil {
		return nil
	}
	return object{"keyHex": hex.EncodeToString(k.Key), "nonceHex": hex.EncodeToString(k.Nonce)}
}

func split(s message.Split) any {
	return object{
		"spillLocation": location(s.SpillLocation), "encryptionKey": key(s.EncryptionKey), "properties": stringMap(s.Properties),
	}
}

// splits are sorted by their text, which the generator did with the members in another order: sorted by their first
// member, the location, they come out the same.
func splits(all []message.Split) any {
	list := []any{}
	for _, s := range slices.SortedFunc(slices.Values(all), func(a, b message.Split) int {
		return cmp.Compare(splitText(a), splitText(b))
	}) {
		list = append(list, split(s))
	}
	return list
}

func splitText(s message.Split) string {
	if s.SpillLocation == nil {
		return `{"spillLocation":null`
	}
	b, _ := json.Marshal([]any{s.SpillLocation.Bucket, s.SpillLocation.Key})
	return `{"spillLocation":{` + string(b)
}

func capabilities(all []message.Capability) any {
	o := object{}
	for _, c := range all {
		entries := []any{}
		for _, e := range c.Entries {
			entries = append(entries, object{"subType": e.SubType, "properties": texts(e.Properties)})
		}
		o[c.Name] = entries
	}
	return o
}

// Constraints is the neutral form of constraints.
func Constraints(c *predicate.Constraints) any {
	summary, expressions, order := object{}, []any{}, []any{}
	for _, col := range c.Summary {
		summary[col.Name] = ValueSet(col.Set)
	}
	for _, e := range c.Expressions {
		expressions = append(expressions, Expression(e))
	}
	for _, f := range c.OrderBy {
		order = append(order, object{"columnName": f.Column, "direction": f.Direction.String()})
	}
	var plan any
	if c.Plan != nil {
		plan = object{"substraitVersion": c.Plan.Version, "substraitPlan": base64.StdEncoding.EncodeToString(c.Plan.Plan)}
	}
	return object{
		"summary": summary, "expression": expressions, "orderByClause": order, "limit": c.Limit,
		"queryPassthroughArguments": stringMap(c.Passthrough), "queryPlan": plan,
	}
}

// ValueSet is the neutral form of a value set.
func ValueSet(s predicate.ValueSet) any {
	o := object{"type": golden.Type(s.DataType()), "nullAllowed": s.NullAllowed()}
	switch s := s.(type) {
	case *predicate.SortedRangeSet:
		ranges := []any{}
		for _, r := range s.Ranges() {
			ranges = append(ranges, object{"low": marker(s.DataType(), r.Low), "high": marker(s.DataType(), r.High)})
		}
		o["@type"], o["ranges"] = "SortedRangeSet", ranges
	case *predicate.EquatableValueSet:
		o["@type"], o["whiteList"], o["values"] = "EquatableValueSet", s.WhiteList(), values(s.DataType(), s.Values())
	case *predicate.AllOrNoneValueSet:
		o["@type"], o["includesNonNull"] = "AllOrNoneValueSet", s.AllValues()
	}
	return o
}

func marker(t arrow.DataType, m predicate.Marker) any {
	o := object{"bound": m.Bound.String(), "nullValue": m.Unbounded()}
	if !m.Unbounded() {
		o["value"] = golden.Value(t, m.Value)
	}
	return o
}

func values(t arrow.DataType, vs []predicate.Value) any {
	list := []any{}
	for _, v := range vs {
		list = append(list, golden.Value(t, v))
	}
	return list
}

// Expression is the neutral form of an expression.
func Expression(e predicate.Expression) any {
	o := object{"type": golden.Type(e.DataType())}
	switch e := e.(type) {
	case predicate.Constant:
		o["@type"], o["values"] = "ConstantExpression", values(e.Type, e.Values)
	case predicate.Variable:
		o["@type"], o["columnName"] = "VariableExpression", e.Name
	case predicate.Call:
		args := []any{}
		for _, a := range e.Args {
			args = append(args, Expression(a))
		}
		o["@type"], o["functionName"], o["arguments"] = "FunctionCallExpression", e.Function, args
	}
	return o
}

func stringMap(m map[string]string) any {
	if m == nil {
		return object{}
	}
	return m
}

func texts(s []string) any {
	if s == nil {
		return []string{}
	}
	return s
}

func sortedTexts(s []string) any { return texts(slices.Sorted(slices.Values(s))) }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
