namespace CohereShell.Emulation;

/// <summary>Parse: <see href="https://docs.cohere.com/reference/parse"/>.</summary>
internal sealed class EmulatedParse : EmulatedOperation
{
    private const string Markdown = "markdown";
    private const string Blocks = "blocks";

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        EmulatedModels.Named(root["model"], "parse");
        string format = root["output_format"].OneOf(Markdown, Blocks) ?? Markdown;
        ParsedImageFile image = ReadDocument(root["document"]);
        SentPage page = format == Blocks ? ParsePages.Blocks(image) : ParsePages.Markdown(image);
        return EmulatorResponse.Json(new SentParse(request.Id, [page], ResponseMeta.Of("2", ("pages", 1))), ParseJson.Default.SentParse);
    }

    private static ParsedImageFile ReadDocument(Field document)
    {
        if (!document.IsPresent)
        {
            throw document.Invalid("is required.");
        }

        Field type = document.Object()["type"];
        if ((type.OneOf("image_url") ?? string.Empty).Length == 0)
        {
            throw type.Invalid("is required.");
        }

        Field address = document["image_url"];
        string text = address.Text() ?? throw address.Invalid("is required.");
        ParsedImageFile image = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? ParsedImageFile.FromDataUri(address, text)
            : ParsedImageFile.FromWeb(address, text);
        RefusalHook.Check(image.Text ?? image.Name ?? string.Empty, 0);
        return image;
    }
}
