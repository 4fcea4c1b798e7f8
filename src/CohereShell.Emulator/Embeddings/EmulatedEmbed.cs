using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Embeddings: <see href="https://docs.cohere.com/reference/embed"/>.</summary>
internal sealed class EmulatedEmbed : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        return Answer(request.Id, EmbedCallReader.Read(body.RootElement), "2");
    }

    /// <summary>Answers in the form of a version of the API. In v1, a request without formats gets only numbers.</summary>
    internal static EmulatorResponse Answer(string id, EmbedCall call, string version, bool onlyNumbers = false)
    {
        var embedder = new Embedder(call.Model.Name, call.Dimension);
        EmbeddingVector[] vectors = call.Inputs.Select(input => Embed(embedder, input)).ToArray();
        EmulatorResponse response = EmulatorResponse.Json(200, writer => Write(writer, id, call, vectors, version, onlyNumbers));
        return call.Texts.Count == 0 ? response : response
            .With("num_chars", Text(call.Texts.Sum(text => text.Length - text.Count(char.IsLowSurrogate))))
            .With("num_tokens", Text(call.Inputs.Sum(input => input.Tokens)));
    }

    internal override int Count(EmulatorRequest request, LimitUnit unit)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        return unit switch
        {
            LimitUnit.Inputs => root["texts"].Count() + root["inputs"].Count(),
            LimitUnit.Images => root["images"].Count() + (root["inputs"].IsList ? root["inputs"].Items().Sum(ImageCount) : 0),
            _ => base.Count(request, unit),
        };
    }

    private static int ImageCount(Field input) =>
        input["content"].IsList ? input["content"].Items().Count(part => part["image_url"].IsPresent) : 0;

    private static EmbeddingVector Embed(Embedder embedder, EmbedCallInput input)
    {
        embedder.Add(input.Text);
        foreach (EmbedCallImage image in input.Images)
        {
            embedder.Add(image.Bytes);
        }

        return embedder.Take();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The order of the properties is the service's.
    private static void Write(Utf8JsonWriter writer, string id, EmbedCall call, EmbeddingVector[] vectors, string version, bool onlyNumbers)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteStartArray("texts");
        foreach (string text in call.Texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
        if (call.IsOfImages)
        {
            WriteImages(writer, call.Inputs.SelectMany(input => input.Images));
        }

        var embeddings = new EmbeddingWriter(writer);
        if (onlyNumbers)
        {
            embeddings.Write("embeddings", "float", vectors);
        }
        else
        {
            writer.WriteStartObject("embeddings");
            foreach (string type in call.Types)
            {
                embeddings.Write(type, type, vectors);
            }

            writer.WriteEndObject();
        }

        writer.WritePropertyName("meta");
        JsonSerializer.Serialize(writer, Meta(call, version), CoreJson.Default.ResponseMeta);
        writer.WriteString("response_type", onlyNumbers ? "embeddings_floats" : "embeddings_by_type");
        writer.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter writer, IEnumerable<EmbedCallImage> images)
    {
        writer.WriteStartArray("images");
        foreach (EmbedCallImage image in images)
        {
            writer.WriteStartObject();
            writer.WriteNumber("width", image.Info.Width);
            writer.WriteNumber("height", image.Info.Height);
            writer.WriteString("format", image.Info.Format);
            writer.WriteNumber("bit_depth", image.Info.BitDepth);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Newer models bill the tokens of an image, older models bill the image. Newer models return both counts, even if
    // one is 0.
    private static ResponseMeta Meta(EmbedCall call, string version)
    {
        long tokens = call.Inputs.Sum(input => input.Tokens);
        long images = call.Inputs.Sum(input => input.Images.Count);
        return call.Model.IsVersion3
            ? ResponseMeta.Of(version, ("input_tokens", tokens), ("images", images))
            : ResponseMeta.WithZeros(version, ("input_tokens", tokens), ("image_tokens", images * Tokens.PerImage));
    }
}
