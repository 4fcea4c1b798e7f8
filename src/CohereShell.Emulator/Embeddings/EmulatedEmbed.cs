namespace CohereShell.Emulation;

/// <summary>Embeddings: <see href="https://docs.cohere.com/reference/embed"/>.</summary>
internal sealed class EmulatedEmbed : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        EmbedCall call = EmbedCallReader.Read(body.RootElement);
        var embedder = new Embedder(call.Model.Name, call.Dimension);
        EmbeddingVector[] vectors = call.Inputs.Select(input => Embed(embedder, input)).ToArray();
        return EmulatorResponse.Json(200, writer => Write(writer, request.Id, call, vectors));
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

    private static void Write(Utf8JsonWriter writer, string id, EmbedCall call, EmbeddingVector[] vectors)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteStartObject("embeddings");
        var embeddings = new EmbeddingWriter(writer);
        foreach (string type in call.Types)
        {
            embeddings.Write(type, vectors);
        }

        writer.WriteEndObject();
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

        writer.WritePropertyName("meta");
        JsonSerializer.Serialize(writer, Meta(call), CoreJson.Default.ResponseMeta);
        writer.WriteString("response_type", "embeddings_by_type");
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

    // Newer models bill the tokens of an image, older models bill the image.
    private static ResponseMeta Meta(EmbedCall call)
    {
        int images = call.Inputs.Sum(input => input.Images.Count);
        bool billsImages = call.Model.Name.EndsWith("-v3.0", System.StringComparison.Ordinal);
        return ResponseMeta.Of(
            "2",
            ("input_tokens", call.Inputs.Sum(input => input.Tokens)),
            ("images", billsImages ? images : 0),
            ("image_tokens", billsImages ? 0 : images * Tokens.PerImage));
    }
}
