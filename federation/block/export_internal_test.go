package block

// MessageVersion is the version number in a message's metadata, for tests of both framings.
func MessageVersion(meta []byte) int {
	t, err := openMessage(meta)
	if err != nil {
		return -1
	}
	return int(t.u16(messageVersion))
}
