package predicate

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the Lambda image has no zone database
)

// A timestamp of milliseconds with a zone is packed into an int64: milliseconds since 1970-01-01 UTC above, the key of
// its zone in the low 12 bits. Each value has its own zone; the zone in the field's type means nothing.
const (
	zoneBits = 12
	zoneMask = 1<<zoneBits - 1
	zoneUTC  = 0
	// Offsets from -14:00 to +14:00 by the minute have keys 1 to 1680; there is none for the offset zero.
	maxOffset = 14 * 60
	zeroKey   = maxOffset // between the keys of -00:01 and +00:01, both included in none
)

// Pack packs milliseconds since 1970-01-01 UTC with the key of a zone (see [ZoneKey]).
func Pack(millis int64, zoneKey int) int64 { return millis<<zoneBits | int64(zoneKey&zoneMask) }

// Unpack gives back the milliseconds since 1970-01-01 UTC and the key of the zone.
func Unpack(packed int64) (millis int64, zoneKey int) {
	return packed >> zoneBits, int(packed & zoneMask)
}

// ZoneName is the name of the zone with a key, such as "UTC", "+05:30" or "America/New_York". It is false for a key that
// is not in use.
func ZoneName(key int) (string, bool) {
	switch {
	case key == zoneUTC:
		return "UTC", true
	case key > zoneUTC && key < firstNamedZone:
		m := zoneOffset(key)
		sign := '+'
		if m < 0 {
			sign, m = '-', -m
		}
		return fmt.Sprintf("%c%02d:%02d", sign, m/60, m%60), true
	case key >= firstNamedZone && key < firstNamedZone+len(zoneNames) && zoneNames[key-firstNamedZone] != "":
		return zoneNames[key-firstNamedZone], true
	}
	return "", false
}

// zoneOffset is the offset in minutes of a key from 1 to 1680.
func zoneOffset(key int) int {
	if key > zeroKey {
		return key - zeroKey
	}
	return key - zeroKey - 1
}

// ZoneKey finds the key of a zone by its name, as the Java SDK does: any case, with the usual names of UTC, and offsets
// in forms such as "+5", "UTC+05:30" and "Etc/GMT-5" (which is five hours *east*, as POSIX has it). Names like "EST" that
// stand for no place are errors.
func ZoneKey(name string) (int, error) {
	for i, n := range zoneNames {
		if n != "" && strings.EqualFold(n, name) {
			return firstNamedZone + i, nil
		}
	}
	if key, ok := offsetKey(normalZone(strings.ToLower(name))); ok {
		return key, nil
	}
	return 0, fmt.Errorf("time zone %q is not supported", name)
}

// normalZone brings a lower-case name into the form "±hh:mm", or "utc"; other names stay what they are.
func normalZone(name string) string {
	rest, etc := strings.CutPrefix(name, "etc/")
	switch rest {
	case "utc", "z", "ut", "uct", "gmt", "gmt0", "greenwich", "universal", "zulu":
		return "utc"
	}
	inverted := false
	for _, prefix := range []string{"utc", "gmt", "ut"} {
		if r, ok := strings.CutPrefix(rest, prefix); ok {
			inverted = etc && prefix == "gmt"
			rest = r
			break
		}
	}
	if len(rest) < 2 || rest[0] != '+' && rest[0] != '-' {
		return rest
	}
	sign, digits := rest[0], rest[1:]
	if inverted {
		sign = '+' + '-' - sign
	}
	if !strings.Contains(digits, ":") {
		digits = fmt.Sprintf("%02s:00", digits)
	}
	return string(sign) + digits
}

// offsetKey is the key of a zone in normal form.
func offsetKey(zone string) (int, bool) {
	if zone == "utc" {
		return zoneUTC, true
	}
	if len(zone) != len("+hh:mm") || zone[3] != ':' {
		return 0, false
	}
	n := 0
	for _, i := range []int{1, 2, 4, 5} {
		if zone[i] < '0' || zone[i] > '9' {
			return 0, false
		}
		n = n*10 + int(zone[i]-'0')
	}
	minutes := n/100*60 + n%100
	switch {
	case n%100 > 59 || minutes > maxOffset:
		return 0, false
	case minutes == 0:
		return zoneUTC, true
	case zone[0] == '+':
		return zeroKey + minutes, true
	case zone[0] == '-':
		return zeroKey + 1 - minutes, true
	}
	return 0, false
}

// ZonedTime is a packed timestamp as a time in its zone. It is an error if the zone's key is not in use.
func ZonedTime(packed int64) (time.Time, error) {
	millis, key := Unpack(packed)
	name, ok := ZoneName(key)
	if !ok {
		return time.Time{}, fmt.Errorf("time zone key %d is not in use", key)
	}
	t := time.UnixMilli(millis)
	switch {
	case key == zoneUTC:
		return t.UTC(), nil
	case key < firstNamedZone:
		return t.In(time.FixedZone(name, 60*zoneOffset(key))), nil
	}
	loc, err := time.LoadLocation(goZone(name))
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone %s: %w", name, err)
	}
	return t.In(loc), nil
}

// goZone replaces the one name that today's zone database has dropped (in 2020b) by what it was a link to.
func goZone(name string) string {
	if name == "US/Pacific-New" {
		return "America/Los_Angeles"
	}
	return name
}

// comparePacked orders packed timestamps by instant, then local time, then the zone's name. Keys that are not in use
// sort by their number after those that are.
func comparePacked(a, b int64) int {
	x, xKey := Unpack(a)
	y, yKey := Unpack(b)
	if x != y || xKey == yKey {
		return cmp.Compare(x, y)
	}
	xTime, xErr := ZonedTime(a)
	yTime, yErr := ZonedTime(b)
	if xErr != nil || yErr != nil {
		return cmp.Or(compareBool(xErr != nil, yErr != nil), cmp.Compare(xKey, yKey))
	}
	_, xOffset := xTime.Zone()
	_, yOffset := yTime.Zone()
	xName, _ := ZoneName(xKey)
	yName, _ := ZoneName(yKey)
	return cmp.Or(cmp.Compare(xOffset, yOffset), cmp.Compare(xName, yName))
}
