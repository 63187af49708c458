package block

// CellAt is one value of a column under construction, as ValueAt has it, nil for null. Of lists, structs and maps it
// tells no more than that they are there: they are struct{}{}. It panics when row is outside the column.
func CellAt(c Column, row int) any {
	switch c := c.(type) {
	case *BoolColumn:
		return cell(&c.valid, row, c.bits[row/8]>>(row%8)&1 != 0)
	case *Int8Column:
		return cell(&c.valid, row, int64(c.values[row]))
	case *Int16Column:
		return cell(&c.valid, row, int64(c.values[row]))
	case *Int32Column:
		return cell(&c.valid, row, int64(c.values[row]))
	case *Int64Column:
		return cell(&c.valid, row, c.values[row])
	case *Uint8Column:
		return cell(&c.valid, row, uint64(c.values[row]))
	case *Uint16Column:
		return cell(&c.valid, row, uint64(c.values[row]))
	case *Uint32Column:
		return cell(&c.valid, row, uint64(c.values[row]))
	case *Uint64Column:
		return cell(&c.valid, row, c.values[row])
	case *Float32Column:
		return cell(&c.valid, row, c.values[row])
	case *Float64Column:
		return cell(&c.valid, row, c.values[row])
	case *DecimalColumn:
		return cell(&c.valid, row, c.values[row])
	case *StringColumn:
		return cell(&c.valid, row, string(c.bytes[c.offsets[row]:c.offsets[row+1]]))
	case *BinaryColumn:
		return cell(&c.valid, row, append([]byte{}, c.bytes[c.offsets[row]:c.offsets[row+1]]...))
	case *ListColumn:
		return cell(&c.valid, row, struct{}{})
	case *MapColumn:
		return cell(&c.valid, row, struct{}{})
	case *StructColumn:
		return cell(&c.valid, row, struct{}{})
	}
	return nil // there are no other columns
}

func cell[T any](valid *validity, row int, v T) any {
	if valid.nulls > 0 && valid.bits[row/8]>>(row%8)&1 == 0 {
		return nil
	}
	return v
}
