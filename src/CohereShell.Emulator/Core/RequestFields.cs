namespace CohereShell.Emulation;

/// <summary>
/// The fields that the JSON body of each operation can have, the only list of them. Other fields are refused before
/// anything else in the body is looked at. An operation that isn't listed accepts any field. A unit test compares the
/// list with the API description.
/// </summary>
internal static class RequestFields
{
    private static readonly Dictionary<Operation, HashSet<string>> Known = new()
    {
        [Operations.Chat] = Fields(
            "stream model messages tools strict_tools documents citation_options response_format safety_mode max_tokens stop_sequences",
            "temperature seed frequency_penalty presence_penalty k p logprobs tool_choice thinking priority raw_prompting"),
        [Operations.ChatV1] = Fields(
            "message model stream preamble chat_history conversation_id prompt_truncation connectors search_queries_only documents",
            "citation_quality temperature max_tokens max_input_tokens k p seed stop_sequences frequency_penalty presence_penalty",
            "raw_prompting tools tool_results force_single_step response_format safety_mode"),
        [Operations.Embed] = Fields("texts images model input_type inputs max_tokens output_dimension embedding_types truncate priority"),
        [Operations.EmbedV1] = Fields("texts images model input_type embedding_types truncate"),

        // LangChain sends the field of v1 with the value null.
        [Operations.Rerank] = Fields("model query documents top_n max_tokens_per_doc priority max_chunks_per_doc"),
        [Operations.RerankV1] = Fields("model query documents top_n rank_fields return_documents max_chunks_per_doc"),
        [Operations.Classify] = Fields("inputs examples model preset truncate"),
        [Operations.Parse] = Fields("model document output_format"),
        [Operations.Tokenize] = Fields("text model"),
        [Operations.Detokenize] = Fields("tokens model"),
        [Operations.CreateEmbedJob] = Fields("model dataset_id input_type name embedding_types truncate"),

        // Clients can send a batch or a model as the service returns it.
        [Operations.CreateBatch] = Fields(
            "id name creator_id org_id status created_at updated_at input_dataset_id output_dataset_id input_tokens output_tokens model",
            "num_records num_successful_records num_failed_records status_reason"),
        [Operations.CreateFineTunedModel] = Fields("id name creator_id organization_id settings status created_at updated_at completed_at last_used"),
        [Operations.UpdateFineTunedModel] = Fields("name creator_id organization_id settings status created_at updated_at completed_at last_used"),
    };

    /// <summary>The fields that an operation accepts. Null if it accepts any.</summary>
    internal static IReadOnlyCollection<string>? Of(Operation operation) => Known.TryGetValue(operation, out HashSet<string>? fields) ? fields : null;

    /// <exception cref="EmulatorException">422: the body has a field that the operation doesn't have.</exception>
    internal static void Check(Operation operation, JsonElement body)
    {
        if (!Known.TryGetValue(operation, out HashSet<string>? fields))
        {
            return;
        }

        foreach (JsonProperty property in body.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
            {
                throw new EmulatorException(422, $"unknown field: parameter '{property.Name}' is not a valid field");
            }
        }
    }

    private static HashSet<string> Fields(params string[] lines) => new(lines.SelectMany(line => line.Split(' ')), StringComparer.Ordinal);
}
