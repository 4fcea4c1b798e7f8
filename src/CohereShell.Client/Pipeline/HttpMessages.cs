using System.Net.Http;
using System.Net.Http.Headers;

namespace CohereShell;

/// <summary>Creates the HTTP message of an attempt. A message can be sent only once.</summary>
internal static class HttpMessages
{
    private const string Json = "application/json";
    private static readonly ProductInfoHeaderValue UserAgent =
        new("CohereShell", typeof(HttpMessages).Assembly.GetName().Version!.ToString(3));

    public static HttpRequestMessage Create(CohereSession session, ApiRequest request, Uri address, HttpContent? content, string? key)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Operation.Method), address);
        message.Headers.UserAgent.Add(UserAgent);
        message.Headers.Accept.ParseAdd(request.IsStream ? "text/event-stream" : Json);
        if (key is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        }

        if (session.ClientName is { Length: > 0 } client)
        {
            message.Headers.TryAddWithoutValidation("X-Client-Name", client);
        }

        message.Content = content;
        AddHeaders(message, session.Options.Headers);
        AddHeaders(message, request.Options.Headers);
        return message;
    }

    private static void AddHeaders(HttpRequestMessage message, IReadOnlyDictionary<string, string>? headers)
    {
        foreach (KeyValuePair<string, string> header in headers ?? new Dictionary<string, string>())
        {
            // The user's headers take precedence, even over the key, because some gateways use another scheme.
            // Content-Type and similar headers are refused here. They belong to the body.
            HttpHeaders? headersOfPart = message.Headers.TryAddWithoutValidation(header.Key, header.Value) ? message.Headers : message.Content?.Headers;
            headersOfPart?.Remove(header.Key);
            headersOfPart?.TryAddWithoutValidation(header.Key, header.Value);
        }
    }
}
