using System.Text;

namespace CohereShell;

/// <summary>Reads the result rows of a batch.</summary>
internal static class BatchResultReader
{
    private const string NoResult = "Cohere didn't return a result for this request.";

    /// <summary>The id in a row.</summary>
    public static string IdOf(JsonElement row) => TextOf(Field(row, "custom_id")) ?? string.Empty;

    /// <summary>Reads the result of a request.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">The position of the request.</param>
    /// <param name="input">The row of the request; undefined if it isn't available.</param>
    /// <param name="output">The row of the result; undefined if there isn't one.</param>
    public static BatchResult Read(Batch batch, long index, JsonElement input, JsonElement output)
    {
        JsonElement request = Field(input, "body");
        JsonElement body = Field(output, "body");
        var result = new BatchResult
        {
            BatchId = batch.BatchId,
            CustomId = IdOf(output.ValueKind == JsonValueKind.Undefined ? input : output),
            Index = index,
            Model = batch.Model,
            Input = request,
            InputObject = request.ValueKind == JsonValueKind.Undefined ? null : request,
            Body = body,
        };
        IReadOnlyList<ChatMessage> messages = MessagesOf(request);
        string?[] texts = TextsOf(request);
        result.Message = messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? texts.FirstOrDefault(text => text is not null);
        result.Error = ErrorIn(output) ?? (body.ValueKind == JsonValueKind.Object ? null : NoResult);
        if (result.Error is null)
        {
            ReadBody(result, body, messages, texts);
        }

        return result;
    }

    private static void ReadBody(BatchResult result, JsonElement body, IReadOnlyList<ChatMessage> messages, string?[] texts)
    {
        try
        {
            byte[] json = Encoding.UTF8.GetBytes(body.GetRawText());
            if (Field(body, "embeddings") is { ValueKind: JsonValueKind.Object } embeddings)
            {
                EmbedResponse response = EmbedResponseReader.Read(json, RequestOf(result, embeddings, texts));
                foreach (Embedding embedding in response.Embeddings)
                {
                    embedding.Index = result.Index;
                }

                result.Embeddings = response.Embeddings.ToArray();
                result.Usage = response.Usage;
                return;
            }

            result.Response = ChatClient.Read(new ChatRequest { Model = result.Model, Messages = messages }, json, TimeSpan.Zero);
            result.Usage = result.Response?.Usage ?? Usage.None;
            result.Error = result.Response is null ? "The result is neither a chat answer nor embeddings." : null;
        }
        catch (CohereStreamException exception)
        {
            // The part of the answer before the model stopped.
            result.Response = exception.PartialResponse;
            result.Error = exception.Message;
        }
        catch (Exception exception) when (Fatal.IsAboutAnswer(exception))
        {
            result.Error = $"The result can't be read: {exception.Message}";
        }
    }

    private static EmbedRequest RequestOf(BatchResult result, JsonElement embeddings, string?[] texts)
    {
        JsonProperty[] given = embeddings.EnumerateObject().Where(form => form.Value.ValueKind == JsonValueKind.Array).ToArray();
        int count = given.Length > 0 ? given[0].Value.GetArrayLength() : 0;
        string? inputType = TextOf(Field(result.Input, "input_type"));
        return new EmbedRequest
        {
            Model = result.Model,
            // An input that consists only of images has no text.
            Texts = texts.Length == count ? texts.Select(text => text!).ToArray() : null,
            // For images and for requests that are no longer available, only the number is known.
            Images = texts.Length == count ? null : new string[count],
            InputType = Enum.TryParse(inputType?.Replace("_", string.Empty), ignoreCase: true, out EmbedInputType type) ? type : EmbedInputType.SearchDocument,
            EmbeddingTypes = given.Select(form => Enum.TryParse(form.Name, ignoreCase: true, out EmbeddingType name) ? name : (EmbeddingType?)null).OfType<EmbeddingType>().ToArray(),
        };
    }

    /// <summary>The texts of an embed request, one for each embedding: its texts, or the text parts of its inputs.</summary>
    private static string?[] TextsOf(JsonElement request) =>
        Field(request, "texts").ValueKind == JsonValueKind.Array
            ? Items(Field(request, "texts")).Select(TextOf).ToArray()
            : Items(Field(request, "inputs")).Select(input => TextOfParts(Field(input, "content"))).ToArray();

    private static string? TextOfParts(JsonElement content)
    {
        string[] texts = Items(content).Select(part => TextOf(Field(part, "text"))).OfType<string>().ToArray();
        return texts.Length == 0 ? TextOf(content) : string.Join("\n", texts);
    }

    // The text of the conversation, so that it can be continued.
    private static IReadOnlyList<ChatMessage> MessagesOf(JsonElement request)
    {
        var messages = new List<ChatMessage>();
        foreach (JsonElement message in Items(Field(request, "messages")))
        {
            JsonElement content = Field(message, "content");
            string? text = TextOf(content) ?? string.Concat(Items(content).Select(part => TextOf(Field(part, "text"))));
            if (Enum.TryParse(TextOf(Field(message, "role")), ignoreCase: true, out ChatRole role))
            {
                messages.Add(new ChatMessage(role, text));
            }
        }

        return messages;
    }

    private static string? ErrorIn(JsonElement output)
    {
        JsonElement error = Field(output, "error");
        return error.ValueKind switch
        {
            JsonValueKind.String when error.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Object => TextOf(Field(error, "message")) ?? error.GetRawText(),
            _ => null,
        };
    }

    private static JsonElement Field(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null ? field : default;

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<JsonElement> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
