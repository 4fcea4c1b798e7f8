using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>Embeddings in v1: <see href="https://docs.cohere.com/v1/reference/embed"/>.</summary>
internal sealed class EmulatedEmbedV1 : EmulatedOperation
{
    private readonly EmulatedEmbed _embed = new();

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        JsonElement converted = body.RootElement;
        if (!Field.Root(converted)["model"].IsPresent)
        {
            JsonObject named = JsonObject.Create(converted)!;
            named["model"] = EmulatedModels.DefaultOf("embed").Name;
            converted = JsonSerializer.SerializeToElement(named);
        }

        EmbedCall call = EmbedCallReader.Read(converted);
        return EmulatedEmbed.Answer(request.Id, call, "1", onlyNumbers: Field.Root(converted)["embedding_types"].Count() == 0);
    }

    internal override int Count(EmulatorRequest request, LimitUnit unit) => _embed.Count(request, unit);
}
