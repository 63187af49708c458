// Package faults stands between a client of AWS and what answers it, and lets calls go wrong: by operation and ordinal, as a
// script says, or as a seed draws them. It is for tests, of Timestream, S3, KMS and every other service that has a
// stand-in:
//
//	front := faults.New(standIn, faults.Script{
//		"Query":     {2: faults.Throttled, 3: faults.Cut(0.5), 4: faults.EmptyPage},
//		"PutObject": {faults.Always: faults.Error(403, "AccessDenied", "Access Denied")},
//	})
//	cfg.HTTPClient = &http.Client{Transport: front} // in process: no socket, and the clock of testing/synctest holds
//	server := httptest.NewServer(front)             // the same over a socket
//	…
//	front.Calls() // what came, and what was done to it
//
// An operation is what X-Amz-Target names, or for S3, addressed by path, what its API calls the request: PutObject,
// HeadBucket. Ordinals count an operation's calls from 1; an SDK's further attempts are calls like any other.
//
// A connection breaks as http.Handlers break it, by a panic with http.ErrAbortHandler.
package faults
