using System;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests.Fuzz;

/// <summary>A server without a network: it gives every request the answer that was set, and files from another host.</summary>
internal sealed class AnsweringHandler : HttpMessageHandler
{
    /// <summary>The host of files, such as those of a dataset.</summary>
    public const string FileHost = "files.test";

    public byte[] Answer { get; set; } = [];

    public byte[] File { get; set; } = [];

    public int Status { get; set; } = 200;

    public string ContentType { get; set; } = "application/json";

    /// <summary>The number of requests since it was set to zero.</summary>
    public int Requests { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        if (Requests > 1000)
        {
            throw new InvalidOperationException("The call doesn't end: it made a thousand requests.");
        }

        bool isFile = request.RequestUri!.Host == FileHost;
        var response = new HttpResponseMessage(isFile ? HttpStatusCode.OK : (HttpStatusCode)Status) { Content = new ByteArrayContent(isFile ? File : Answer), RequestMessage = request };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", isFile ? "application/avro" : ContentType);
        return Task.FromResult(response);
    }
}
