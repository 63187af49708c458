package tsserver

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Rules of pagination tokens (API_query_Query): five calls, one hour.
const (
	tokenUses = 5
	tokenLife = time.Hour
)

// token is the token of answer n.
func (e *execution) token(n int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(e.id + "." + strconv.Itoa(n) + "." + e.secret))
}

// parseToken takes a token apart; the secret is left for the execution to compare.
func parseToken(token string) (id string, n int, secret string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", 0, "", false
	}
	parts := strings.Split(string(raw), ".")
	if len(parts) != 3 {
		return "", 0, "", false
	}
	n, err = strconv.Atoi(parts[1])
	return parts[0], n, parts[2], err == nil
}

// step is what a valid token asks for.
type step uint8

const (
	refuse  step = iota
	repeat       // the latest answer again
	advance      // the next answer
)

// check says what token n is good for now. e.mu is held.
func (e *execution) check(n int, now time.Time) step {
	switch {
	case now.Sub(e.issued) > tokenLife:
		return refuse
	case n == e.answered && n > 1 && e.uses < tokenUses:
		e.uses++
		return repeat
	case n == e.answered+1 && !e.finished:
		return advance
	}
	return refuse
}
