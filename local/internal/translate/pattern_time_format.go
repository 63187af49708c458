package translate

import (
	"fmt"
	"strings"
	"time"
)

// format writes a time of UTC in English.
func (p timePattern) format(t time.Time) string {
	var out strings.Builder
	for _, part := range p {
		if part.field == 0 {
			out.WriteString(part.text)
			continue
		}
		part.write(&out, t)
	}
	return out.String()
}

func (f timePart) write(out *strings.Builder, t time.Time) {
	switch f.field {
	case 'G':
		out.WriteString("AD")
	case 'M':
		f.writeMonth(out, t)
	case 'E':
		name := t.Weekday().String()
		if f.width < 4 {
			name = name[:3]
		}
		out.WriteString(name)
	case 'a':
		out.WriteString(t.Format("PM"))
	case 'S':
		digits := fmt.Sprintf("%09d", t.Nanosecond()) + strings.Repeat("0", max(f.width-9, 0))
		out.WriteString(digits[:f.width])
	case 'z':
		if f.width > 3 {
			out.WriteString("Coordinated Universal Time")
			return
		}
		out.WriteString("UTC")
	case 'Z':
		out.WriteString([]string{"+0000", "+00:00", "UTC"}[min(f.width, 3)-1])
	default:
		n := f.number(t)
		if (f.field == 'y' || f.field == 'x') && f.width == 2 {
			n %= 100
		}
		fmt.Fprintf(out, "%0*d", f.width, n)
	}
}

func (f timePart) writeMonth(out *strings.Builder, t time.Time) {
	switch f.width {
	case 1, 2:
		fmt.Fprintf(out, "%0*d", f.width, t.Month())
	case 3:
		out.WriteString(t.Month().String()[:3])
	default:
		out.WriteString(t.Month().String())
	}
}

// number is the value of a field of digits.
func (f timePart) number(t time.Time) int {
	isoYear, week := t.ISOWeek()
	switch f.field {
	case 'y':
		return t.Year()
	case 'x':
		return isoYear
	case 'C':
		return t.Year() / 100
	case 'w':
		return week
	case 'e':
		return (int(t.Weekday())+6)%7 + 1
	case 'D':
		return t.YearDay()
	case 'd':
		return t.Day()
	case 'H':
		return t.Hour()
	case 'k':
		return (t.Hour()+23)%24 + 1
	case 'K':
		return t.Hour() % 12
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'm':
		return t.Minute()
	}
	return t.Second()
}
