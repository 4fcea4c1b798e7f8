using System.Buffers;

namespace CohereShell;

/// <summary>Reads the numbers of an embedding from JSON directly into an array.</summary>
internal static class VectorJson
{
    /// <summary>Reads an embedding in one of the number formats.</summary>
    /// <param name="reader">The reader, at the start of the list.</param>
    /// <param name="form">The format, as the API spells it.</param>
    /// <param name="embedding">The embedding that gets the numbers.</param>
    /// <returns>Whether it is such a format. If not, nothing was read.</returns>
    /// <exception cref="JsonException">It isn't a list of valid numbers.</exception>
    /// <exception cref="FormatException">A number is out of range.</exception>
    public static bool TryRead(ref Utf8JsonReader reader, string? form, Embedding embedding)
    {
        switch (form)
        {
            case "float":
                embedding.Vector = ReadFloats(ref reader);
                return true;
            case "int8":
                embedding.Int8 = ReadSignedBytes(ref reader);
                return true;
            case "uint8":
                embedding.Uint8 = ReadBytes(ref reader);
                return true;
            case "binary":
                embedding.Binary = ReadSignedBytes(ref reader);
                return true;
            case "ubinary":
                embedding.Ubinary = ReadBytes(ref reader);
                return true;
            default:
                return false;
        }
    }

    private static float[] ReadFloats(ref Utf8JsonReader reader)
    {
        Numbers<float> numbers = Begin<float>(ref reader);
        while (ReadNumber(ref reader))
        {
            float number = reader.GetSingle();
            if (float.IsInfinity(number))
            {
                throw new JsonException("A number of an embedding doesn't fit into 32 bits.");
            }

            numbers.Add(number);
        }

        return numbers.ToArray();
    }

    private static sbyte[] ReadSignedBytes(ref Utf8JsonReader reader)
    {
        Numbers<sbyte> numbers = Begin<sbyte>(ref reader);
        while (ReadNumber(ref reader))
        {
            numbers.Add(reader.GetSByte());
        }

        return numbers.ToArray();
    }

    private static byte[] ReadBytes(ref Utf8JsonReader reader)
    {
        Numbers<byte> numbers = Begin<byte>(ref reader);
        while (ReadNumber(ref reader))
        {
            numbers.Add(reader.GetByte());
        }

        return numbers.ToArray();
    }

    private static Numbers<T> Begin<T>(ref Utf8JsonReader reader)
        where T : struct =>
        reader.TokenType == JsonTokenType.StartArray ? default : throw new JsonException("An embedding isn't a list of numbers.");

    private static bool ReadNumber(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.Number or JsonTokenType.EndArray
            ? reader.TokenType == JsonTokenType.Number
            : throw new JsonException("An embedding contains a value that isn't a number.");

    /// <summary>Collects numbers whose count isn't known in advance. Most embeddings have up to 1,536.</summary>
    private struct Numbers<T>
        where T : struct
    {
        private const int Expected = 1536;
        private T[]? _items;
        private int _count;

        public void Add(T item)
        {
            _items ??= ArrayPool<T>.Shared.Rent(Expected);
            if (_count == _items.Length)
            {
                T[] larger = ArrayPool<T>.Shared.Rent(_count * 2);
                _items.CopyTo(larger, 0);
                ArrayPool<T>.Shared.Return(_items);
                _items = larger;
            }

            _items[_count++] = item;
        }

        public T[] ToArray()
        {
            if (_items is null)
            {
                return [];
            }

            T[] result = _items.AsSpan(0, _count).ToArray();
            ArrayPool<T>.Shared.Return(_items);
            _items = null;
            return result;
        }
    }
}
