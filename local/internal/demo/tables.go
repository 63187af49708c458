package demo

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// table is one table of the demo: what it holds at each step. The last of tables is the one whose newest point says how far
// a fill got (see newest), so it has the shortest step.
type table struct {
	name    string
	step    time.Duration
	records func(at time.Time) []types.Record
}

var tables = []table{
	{"climate", 5 * time.Minute, climate},
	{"Deployments", time.Hour, deployments},
	{"devops", time.Minute, devops},
}

var hosts = []struct{ name, region, zone string }{
	{"host-24Gju", "eu-central-1", "eu-central-1a"},
	{"host-7xKqd", "eu-central-1", "eu-central-1b"},
	{"host-m3Rte", "us-east-1", "us-east-1a"},
	{"host-Zp90s", "us-east-1", "us-east-1c"},
}

func devops(at time.Time) []types.Record {
	out := make([]types.Record, len(hosts))
	for i, h := range hosts {
		load := 35 + 10*float64(i) + 20*daily(at, i)
		out[i] = types.Record{
			Dimensions:       dimensions("region", h.region, "availability_zone", h.zone, "hostname", h.name),
			MeasureName:      aws.String("metrics"),
			MeasureValueType: types.MeasureValueTypeMulti,
			MeasureValues: []types.MeasureValue{
				measure("cpu_user", types.MeasureValueTypeDouble, decimal(load+8*noise(at, h.name, "user"))),
				measure("cpu_system", types.MeasureValueTypeDouble, decimal(load/6+2*noise(at, h.name, "system"))),
				measure("memory_used", types.MeasureValueTypeBigint, strconv.FormatInt(int64(4e9+1e9*noise(at, h.name, "memory")), 10)),
				measure("disk_free", types.MeasureValueTypeDouble, decimal(61.5-float64(i)+noise(at, h.name, "disk"))),
				measure("healthy", types.MeasureValueTypeBoolean, strconv.FormatBool(noise(at, h.name, "health") > -0.98)),
			},
		}
	}
	return out
}

func climate(at time.Time) []types.Record {
	var out []types.Record
	for i, room := range []string{"kitchen", "office", "studio"} {
		single := func(name string, kind types.MeasureValueType, value string) {
			out = append(out, types.Record{
				Dimensions: dimensions("building", "main", "room", room), MeasureName: aws.String(name), MeasureValueType: kind, MeasureValue: aws.String(value),
			})
		}
		single("temperature", types.MeasureValueTypeDouble, decimal(20.5+float64(i)/2+1.5*daily(at, i)+0.3*noise(at, room, "t")))
		single("humidity", types.MeasureValueTypeDouble, decimal(48+4*noise(at, room, "h")))
		single("co2", types.MeasureValueTypeBigint, strconv.Itoa(620+int(180*daily(at, i)+60*noise(at, room, "c"))))
		single("door_open", types.MeasureValueTypeBoolean, strconv.FormatBool(noise(at, room, "d") > 0.7))
	}
	return out
}

func deployments(at time.Time) []types.Record {
	h := hosts[at.Hour()%len(hosts)]
	took := 40 + 25*noise(at, h.name, "took")
	return []types.Record{{
		Dimensions:       dimensions("Service", []string{"Checkout", "search", "Billing"}[at.Hour()%3], "hostName", h.name),
		MeasureName:      aws.String("deployment"),
		MeasureValueType: types.MeasureValueTypeMulti,
		MeasureValues: []types.MeasureValue{
			measure("Version", types.MeasureValueTypeVarchar, fmt.Sprintf("1.%d.%d", at.YearDay(), at.Hour())),
			measure("Succeeded", types.MeasureValueTypeBoolean, strconv.FormatBool(noise(at, h.name, "ok") > -0.7)),
			measure("finishedAt", types.MeasureValueTypeTimestamp, strconv.FormatInt(at.Unix()+int64(took), 10)),
		},
	}}
}

func dimensions(namesAndValues ...string) []types.Dimension {
	var out []types.Dimension
	for i := 0; i < len(namesAndValues); i += 2 {
		out = append(out, types.Dimension{Name: aws.String(namesAndValues[i]), Value: aws.String(namesAndValues[i+1])})
	}
	return out
}

func measure(name string, kind types.MeasureValueType, value string) types.MeasureValue {
	return types.MeasureValue{Name: aws.String(name), Type: kind, Value: aws.String(value)}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// daily is a wave between -1 and 1 with a period of a day, shifted by series.
func daily(at time.Time, series int) float64 {
	return math.Sin(2 * math.Pi * (float64(at.Unix()%86400)/86400 + float64(series)/7))
}

// noise is a number between -1 and 1 that what and at alone decide.
func noise(at time.Time, what ...string) float64 {
	h := fnv.New64a()
	fmt.Fprint(h, what, at.Unix())
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd // MurmurHash3's finalizer: neighbouring minutes are not neighbouring numbers
	x ^= x >> 33
	return float64(x%20001)/10000 - 1
}
