package tsserver

import (
	"athena-timestream/local/internal/tsdb"
)

type recordShape struct {
	Dimensions       []dimensionShape
	MeasureName      *string
	MeasureValue     *string
	MeasureValueType *string
	MeasureValues    []measureShape
	Time             *string
	TimeUnit         *string
	Version          *int64
}

type dimensionShape struct{ Name, Value, DimensionValueType *string }

type measureShape struct{ Name, Value, Type *string }

// maxRecords is the most records in one WriteRecords.
const maxRecords = 100

func (s *Server) writeRecords(c *call) (any, error) {
	var in struct {
		DatabaseName     *string
		TableName        *string
		CommonAttributes *recordShape
		Records          []recordShape
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("databaseName", in.DatabaseName)
	check.required("tableName", in.TableName)
	check.count("records", len(in.Records), 1, maxRecords)
	if in.CommonAttributes != nil {
		check.in("commonAttributes", -1)
		in.CommonAttributes.check(&check)
		check.out()
	}
	for i := range in.Records {
		check.in("records", i)
		in.Records[i].check(&check)
		check.out()
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	request := tsdb.WriteRequest{Database: *in.DatabaseName, Table: *in.TableName, Records: make([]tsdb.Record, len(in.Records))}
	if in.CommonAttributes != nil {
		common := in.CommonAttributes.record()
		request.Common = &common
	}
	for i := range in.Records {
		request.Records[i] = in.Records[i].record()
	}
	n, err := s.db.WriteRecords(c.ctx, request)
	if err != nil {
		return nil, err
	}
	type ingested struct{ Total, MemoryStore, MagneticStore int }
	return struct{ RecordsIngested ingested }{ingested{n.Total, n.Memory, n.Magnetic}}, nil
}

// Values of the model's enumerations.
var (
	measureTypes = []string{"DOUBLE", "BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMP", "MULTI"}
	timeUnits    = []string{"MILLISECONDS", "SECONDS", "MICROSECONDS", "NANOSECONDS"}
)

func (r *recordShape) check(c *constraints) {
	c.count("dimensions", len(r.Dimensions), 0, 128)
	for i, d := range r.Dimensions {
		c.in("dimensions", i)
		c.required("name", d.Name)
		c.length("name", d.Name, 1, 0)
		c.required("value", d.Value)
		c.oneOf("dimensionValueType", d.DimensionValueType, "VARCHAR")
		c.out()
	}
	for i, m := range r.MeasureValues {
		c.in("measureValues", i)
		c.required("name", m.Name)
		c.length("name", m.Name, 1, 0)
		c.required("value", m.Value)
		c.length("value", m.Value, 1, 2048)
		c.required("type", m.Type)
		c.oneOf("type", m.Type, measureTypes...)
		c.out()
	}
	c.length("measureName", r.MeasureName, 1, 0)
	c.length("measureValue", r.MeasureValue, 1, 2048)
	c.oneOf("measureValueType", r.MeasureValueType, measureTypes...)
	c.length("time", r.Time, 1, 256)
	c.oneOf("timeUnit", r.TimeUnit, timeUnits...)
}

func (r *recordShape) record() tsdb.Record {
	out := tsdb.Record{
		Time: text(r.Time), TimeUnit: text(r.TimeUnit), MeasureName: text(r.MeasureName),
		MeasureValue: r.MeasureValue, MeasureType: text(r.MeasureValueType), Version: r.Version,
	}
	for _, d := range r.Dimensions {
		out.Dimensions = append(out.Dimensions, tsdb.Dimension{Name: text(d.Name), Value: text(d.Value)})
	}
	for _, m := range r.MeasureValues {
		out.MeasureValues = append(out.MeasureValues, tsdb.MeasureValue{Name: text(m.Name), Value: text(m.Value), Type: text(m.Type)})
	}
	return out
}
