package faults

import (
	"hash/fnv"
	"math/rand/v2"
)

// Plan says what happens to a call. Fault is called under the Front's lock, in the order of arrival; the zero Fault lets
// the call pass.
type Plan interface{ Fault(Call) Fault }

// PlanFunc is a function as a Plan.
type PlanFunc func(Call) Fault

// Fault is the function.
func (f PlanFunc) Fault(c Call) Fault { return f(c) }

// Script gives the calls of an operation their faults by ordinal, from 1, or [Always].
type Script map[string]map[int]Fault

// Always stands for every call of an operation that has no entry of its own.
const Always = 0

// Fault is the script's entry.
func (s Script) Fault(c Call) Fault {
	if f, ok := s[c.Operation][c.N]; ok {
		return f
	}
	return s[c.Operation][Always]
}

// Odds is a fault with its chance at each call of an operation. The chances of one operation add up to 1 at most.
type Odds struct {
	Operation string
	Chance    float64
	Fault     Fault
}

// With is the Odds of a fault.
func With(operation string, chance float64, f Fault) Odds { return Odds{operation, chance, f} }

// Random draws each call's fault from the seed, the operation and the ordinal alone, so that calls which come at the
// same time do not change each other's luck.
func Random(seed uint64, odds ...Odds) Plan {
	return PlanFunc(func(c Call) Fault {
		h := fnv.New64a()
		h.Write([]byte(c.Operation))
		drawn := rand.New(rand.NewPCG(seed, h.Sum64()+uint64(c.N))).Float64()
		for _, o := range odds {
			if o.Operation != c.Operation {
				continue
			}
			if drawn < o.Chance {
				return o.Fault
			}
			drawn -= o.Chance
		}
		return Fault{}
	})
}
