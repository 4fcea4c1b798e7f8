using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace CohereShell;

/// <summary>
/// Reads an embed response from its bytes directly into arrays. Nearly all of it is numbers, and a tree of JSON values
/// would be many times their size.
/// </summary>
internal static class EmbedResponseReader
{
    /// <summary>Reads the response.</summary>
    /// <exception cref="JsonException">It isn't the response to that request.</exception>
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
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it isn't a JSON object");
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

        Expect(reader.TokenType == JsonTokenType.EndObject, "it ends too early");
        foreach (EmbeddingType type in request.EmbeddingTypes ?? [EmbeddingType.Float])
        {
            Expect(embeddings.All(embedding => Has(embedding, type)), $"it doesn't have embeddings of the type {type}");
        }

        Share(usage, embeddings, request);
        return new EmbedResponse(id, embeddings, usage);
    }

    private static void Share(Usage usage, Embedding[] embeddings, EmbedRequest request)
    {
        IReadOnlyList<Usage> shares = request.Texts is { } texts && texts.Any(text => text?.Length > 0)
            // A row of a batch can have an image in place of a text.
            ? UsageShares.ByWeight(usage, texts.Select(text => text?.Length ?? 0).ToArray())
            : UsageShares.Equal(usage, embeddings.Length);
        for (int index = 0; index < embeddings.Length; index++)
        {
            embeddings[index].Usage = shares[index];
        }
    }

    private static void ReadEmbeddings(ref Utf8JsonReader reader, Embedding[] embeddings, IReadOnlyList<EmbeddingType>? types)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, "its embeddings aren't grouped by type");
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
            Expect(reader.TokenType == JsonTokenType.StartArray, "its embeddings aren't a list");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Expect(index < embeddings.Length, "it has more embeddings than the request has inputs");
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
                    // A format that is newer than this module and that wasn't requested.
                    reader.Skip();
                }
            }
        }
    }

    // A single copy: from the bytes of the response to the array that the user gets.
    private static float[] DecodeFloats(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.String, "a base64 embedding isn't a string");
        // A slash may be escaped as '\/'.
        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? System.Text.Encoding.ASCII.GetBytes(reader.GetString()!) : reader.ValueSpan;
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        int length = (text.Length / 4 * 3) - padding;
        Expect(text.Length % 4 == 0 && length > 0 && length % sizeof(float) == 0, "the length of a base64 embedding isn't a multiple of four bytes");
        float[] vector = new float[length / sizeof(float)];
        OperationStatus status = Base64.DecodeFromUtf8(text, MemoryMarshal.AsBytes(vector.AsSpan()), out _, out int written);
        Expect(status == OperationStatus.Done && written == length, "a base64 embedding can't be decoded");
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
            throw new JsonException($"The response doesn't match the request: {otherwise}.");
        }
    }
}
