namespace CohereShell;

/// <summary>One of a set of names.</summary>
internal sealed class AvroEnum : AvroType
{
    private readonly string[] _symbols;
    private readonly JsonEncodedText[] _encoded;

    public AvroEnum(IEnumerable<string> symbols)
    {
        _symbols = symbols.ToArray();
        _encoded = Array.ConvertAll(_symbols, Encode);
    }

    public override void Check(AvroCursor cursor) =>
        cursor.Spend(AvroCursor.ValueCost + _encoded[cursor.ReadIndex(_symbols.Length)].EncodedUtf8Bytes.Length);

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => writer.WriteStringValue(_encoded[cursor.ReadIndex(_symbols.Length)]);

    public override object? Read(AvroCursor cursor) => _symbols[cursor.ReadIndex(_symbols.Length)];
}
