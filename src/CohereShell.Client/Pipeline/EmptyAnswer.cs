namespace CohereShell;

/// <summary>
/// Checks the answer to a call that deletes or cancels: it has no content. A page of a proxy under status 200 isn't one,
/// and then nothing was deleted or canceled.
/// </summary>
internal static class EmptyAnswer
{
    /// <summary>Returns the result if the answer is empty or a JSON object without an error; null otherwise.</summary>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    public static T? Check<T>(ApiReply reply, T result)
        where T : class
    {
        ReadOnlyMemory<byte> body = reply.Body;
        // Some gateways leave the body out.
        if (IsBlank(body.Span))
        {
            return result;
        }

        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Null => result,
            JsonValueKind.Object when !document.RootElement.TryGetProperty("error", out JsonElement error) || error.ValueKind == JsonValueKind.Null => result,
            _ => null,
        };
    }

    private static bool IsBlank(ReadOnlySpan<byte> body)
    {
        foreach (byte character in body)
        {
            if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }
}
