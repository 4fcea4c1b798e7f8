namespace CohereShell.Emulation;

/// <summary>
/// Writes embeddings as JSON. The numbers are almost all of a response, so this class formats a whole embedding at a
/// time. The JSON writer would format them one by one.
/// </summary>
internal sealed class EmbeddingWriter(Utf8JsonWriter writer)
{
    // The longest number with its comma: -0.1234567 or -128.
    private const int MaxNumberLength = 11;
    private byte[] _text = [];
    private int _length;

    internal void Write(string property, string type, IReadOnlyList<EmbeddingVector> vectors)
    {
        writer.WriteStartArray(property);
        foreach (EmbeddingVector vector in vectors)
        {
            if (type == "base64")
            {
                writer.WriteBase64StringValue(vector.FloatBytes());
            }
            else
            {
                Write(type, vector);
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes an embedding as the value of a property or as an element of a list.</summary>
    internal void Write(string type, EmbeddingVector vector)
    {
        int count = type is "binary" or "ubinary" ? vector.Dimension / 8 : vector.Dimension;
        Begin(count);
        for (int i = 0; i < count; i++)
        {
            switch (type)
            {
                case "float":
                    AppendFraction(vector.Numbers[i]);
                    break;
                case "int8":
                    Append(vector.Signed(i));
                    break;
                case "uint8":
                    Append(vector.Signed(i) + 128);
                    break;
                case "ubinary":
                    Append(vector.Signs(i));
                    break;
                default:
                    Append(vector.Signs(i) - 128);
                    break;
            }

            _text[_length++] = (byte)',';
        }

        _text[_length - 1] = (byte)']';
        writer.WriteRawValue(new ReadOnlySpan<byte>(_text, 0, _length), skipInputValidation: true);
    }

    private void Begin(int count)
    {
        if (_text.Length < (count * MaxNumberLength) + 1)
        {
            _text = new byte[(count * MaxNumberLength) + 1];
        }

        _text[0] = (byte)'[';
        _length = 1;
    }

    private void Append(int number)
    {
        number = AppendSign(number);
        if (number >= 100)
        {
            _text[_length++] = (byte)('0' + (number / 100));
        }

        if (number >= 10)
        {
            _text[_length++] = (byte)('0' + (number / 10 % 10));
        }

        _text[_length++] = (byte)('0' + (number % 10));
    }

    private void AppendFraction(int number)
    {
        number = AppendSign(number);
        _text[_length++] = (byte)'0';
        _text[_length++] = (byte)'.';
        for (int i = _length + EmbeddingVector.Decimals - 1; i >= _length; i--)
        {
            _text[i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        _length += EmbeddingVector.Decimals;

        // Only the embedding with a single dimension has a number of magnitude 1.
        _text[_length - EmbeddingVector.Decimals - 2] += (byte)number;
    }

    private int AppendSign(int number)
    {
        if (number >= 0)
        {
            return number;
        }

        _text[_length++] = (byte)'-';
        return -number;
    }
}
