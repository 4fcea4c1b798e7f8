using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace CohereShell;

/// <summary>
/// Reads the answer of embed from its bytes straight into arrays: the numbers are nearly all of it, and a tree of JSON
/// values would be many times their size.
/// </summary>
internal static class EmbedResponseReader
{
    /// <summary>The answer.</summary>
    /// <exception cref="JsonException">It is not the answer to that request.</exception>
    public static EmbedResponse Read(ReadOnlySpan<byte> body, EmbedRequest request)
    {
        var embeddings = new Embedding[request.Count];
        for (int index = 0; index < embeddings.Length; index++)
        {
            embeddings[index] = new Embedding
            {
                Index = index,
                Text = request.Texts?[index],
                Model = request.Model ?? string.Empty,
                InputType = request.InputType,
            };
        }

        string id = string.Empty;
        Usage usage = Usage.None;
        var reader = new Utf8JsonReader(body);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it is no JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.GetString() ?? string.Empty;
            }
            else if (reader.ValueTextEquals("embeddings"u8))
            {
                reader.Read();
                ReadEmbeddings(ref reader, embeddings, request.EmbeddingTypes);
            }
            else if (reader.ValueTextEquals("meta"u8))
            {
                reader.Read();
                usage = JsonSerializer.Deserialize(ref reader, EmbeddingsJsonContext.Default.WireUsage)?.ToUsage() ?? Usage.None;
            }
            else
            {
                reader.Skip();
            }
        }

        Expect(reader.TokenType == JsonTokenType.EndObject, "it ends early");
        foreach (EmbeddingType type in request.EmbeddingTypes ?? [EmbeddingType.Float])
        {
            Expect(embeddings.All(embedding => Has(embedding, type)), $"it lacks embeddings of the type {type}");
        }

        return new EmbedResponse(id, embeddings, usage);
    }

    private static void ReadEmbeddings(ref Utf8JsonReader reader, Embedding[] embeddings, IReadOnlyList<EmbeddingType>? types)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, "its embeddings are not given by type");
        bool keepsBase64 = types?.Contains(EmbeddingType.Base64) == true;
        bool decodesBase64 = types?.Contains(EmbeddingType.Float) != false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? type = reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            int index = 0;
            Expect(reader.TokenType == JsonTokenType.StartArray, "its embeddings are no list");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Expect(index < embeddings.Length, "it holds more embeddings than inputs were sent");
                Embedding embedding = embeddings[index++];
                if (VectorJson.TryRead(ref reader, type, embedding))
                {
                    continue;
                }

                if (type == "base64")
                {
                    embedding.Vector = decodesBase64 ? DecodeFloats(ref reader) : embedding.Vector;
                    embedding.Base64 = keepsBase64 ? reader.GetString() : null;
                }
                else
                {
                    // A form that is newer than this module, and that nobody asked for.
                    reader.Skip();
                }
            }
        }
    }

    // One copy: from the bytes of the answer into the array that the user gets.
    private static float[] DecodeFloats(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.String, "a base64 embedding is no string");
        // A slash may have come as '\/'.
        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? System.Text.Encoding.ASCII.GetBytes(reader.GetString()!) : reader.ValueSpan;
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        int length = (text.Length / 4 * 3) - padding;
        Expect(text.Length % 4 == 0 && length > 0 && length % sizeof(float) == 0, "a base64 embedding holds no whole number of floats");
        float[] vector = new float[length / sizeof(float)];
        OperationStatus status = Base64.DecodeFromUtf8(text, MemoryMarshal.AsBytes(vector.AsSpan()), out _, out int written);
        Expect(status == OperationStatus.Done && written == length, "a base64 embedding cannot be decoded");
        if (!BitConverter.IsLittleEndian)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(vector.AsSpan());
            for (int start = 0; start < bytes.Length; start += sizeof(float))
            {
                bytes.Slice(start, sizeof(float)).Reverse();
            }
        }

        return vector;
    }

    private static bool Has(Embedding embedding, EmbeddingType type) => type switch
    {
        EmbeddingType.Float => embedding.Vector is { Length: > 0 },
        EmbeddingType.Int8 => embedding.Int8 is { Length: > 0 },
        EmbeddingType.Uint8 => embedding.Uint8 is { Length: > 0 },
        EmbeddingType.Binary => embedding.Binary is { Length: > 0 },
        EmbeddingType.Ubinary => embedding.Ubinary is { Length: > 0 },
        _ => embedding.Base64 is { Length: > 0 },
    };

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new JsonException($"The answer is not what was asked for: {otherwise}.");
        }
    }
}
