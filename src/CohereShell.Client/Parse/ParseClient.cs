using System.Diagnostics;

namespace CohereShell;

/// <summary>Parse: <see href="https://docs.cohere.com/reference/parse"/>.</summary>
public sealed class ParseClient
{
    private readonly ApiPipeline _pipeline;

    internal ParseClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Reads the text, the tables and the images of a document from an image of it.</summary>
    /// <param name="request">The image, and the format of the result.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<ParsedDocument> ParseAsync(ParseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        string image = request.Document.ImageUrl;
        if (image.Length == 0)
        {
            throw new ArgumentException("Specify the image of the document.", nameof(request));
        }

        string model = request.Model ?? DefaultModels.Parse;
        byte[] body = JsonBody.Serialize(request with { Model = model }, ParseJsonContext.Default.ParseRequest);
        // A data URI is as large as the image. It isn't kept until the answer arrives: the body contains it.
        Uri? uri = image.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(image, UriKind.Absolute, out Uri? address) ? null : address;
        return SendAsync(body, model, uri, options, cancellationToken);
    }

    private Task<ParsedDocument> SendAsync(byte[] body, string model, Uri? uri, RequestOptions? options, CancellationToken cancellationToken)
    {
        var elapsed = Stopwatch.StartNew();
        return _pipeline.SendAsync(
            new ApiRequest(Operations.Parse, options) { Body = body, Model = model },
            reply => JsonSerializer.Deserialize(reply.Body.Span, ParseJsonContext.Default.WireParsedDocument)?.ToDocument(model, uri, elapsed.Elapsed),
            document => document.Usage,
            cancellationToken);
    }
}
