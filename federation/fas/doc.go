// Package fas reads forward access sessions: the short-lived credentials of whoever asks, which an Athena that runs the
// connector for its customers sends along with a request. docs/protocol.md, chapter 13.
//
// The identity's option fas_token is base64 of a message of AWS's Encryption SDK. Its data key is opened by KMS with the
// key that the option service_kms_key_id names, and with no other; its plaintext is the JSON
// {"accessToken","secretToken","securityToken"}. The function's role needs kms:Decrypt on that key.
//
// Nothing is kept: not the token, not the data key, not the credentials. The Java SDK keeps data keys for a day; here
// each request asks KMS once, which takes some milliseconds.
//
// The messages are read by internal/envelope, with the standard library's ciphers: AWS's Encryption SDK for Go (v0.4.0,
// translated from Dafny) would make the Lambda binary 4.0 MB and its zip 0.8 MB larger, with 220,000 lines, and the start about a millisecond slower.
// What the Java SDK writes and reads is in vectors/fas.
package fas
