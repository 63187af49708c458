// Package demo fills the database demo, the first thing that a newcomer queries: what a few hosts, rooms and deployments
// measured during the last day, up to this minute.
//
//	devops           multi-measure: cpu, memory and disk of four hosts, a point a minute
//	climate          single-measure: temperature, humidity, co2 and door of three rooms, every five minutes
//	Deployments      a mixed-case name with mixed-case columns, and a timestamp measure
//	cpu_series       a view, defined in Glue: one time series a host over the last hour
//	climate_minutes  another: one time series a room, interpolated to a point a minute
//
// A value is a function of what is measured and of the minute, so filling twice writes the same points.
package demo
