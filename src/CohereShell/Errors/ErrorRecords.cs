using CohereShell.Display;

namespace CohereShell.Errors;

/// <summary>
/// Makes every ErrorRecord of the module: id <c>CohereShell.&lt;Reason&gt;</c>, category, target, recommendation.
/// </summary>
internal static class ErrorRecords
{
    /// <summary>A call that failed.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="target">The target object.</param>
    /// <param name="file">The file that the call was about, for the text of the error.</param>
    public static ErrorRecord ToErrorRecord(this CohereException exception, object? target, string? file = null)
    {
        ErrorRecord record = Create(
            exception,
            exception.Reason.ToString(),
            Enum.TryParse(exception.Category, out ErrorCategory category) ? category : ErrorCategory.NotSpecified,
            target,
            exception.RecommendedAction);
        if (file is not null)
        {
            record.ErrorDetails = new ErrorDetails(DisplayText.Sanitize($"{KnownSecrets.Redact(file)}: {record.ErrorDetails.Message}")) { RecommendedAction = record.ErrorDetails.RecommendedAction };
        }

        return record;
    }

    /// <summary>Whether every other call would fail in the same way.</summary>
    public static bool EndsCommand(CohereException exception) => exception.Reason
        is ErrorReason.Unauthorized
        or ErrorReason.PaymentRequired
        or ErrorReason.MonthlyLimitReached
        or ErrorReason.NotAllowed
        or ErrorReason.BudgetExceeded
        or ErrorReason.PriceUnknown
        or ErrorReason.SessionClosed
        or ErrorReason.ConnectFailed
        or ErrorReason.AuditFailed;

    /// <summary>The message without the name of a C# parameter, which .NET appends to it.</summary>
    public static string PlainMessage(this ArgumentException exception)
    {
        // .NET appends " (Parameter 'name')". .NET Framework appends the name on a separate line.
        int end = exception.ParamName is null ? -1 : exception.Message.LastIndexOf("Parameter", StringComparison.Ordinal);
        return end <= 0 ? exception.Message : exception.Message.Substring(0, end).TrimEnd(' ', '(', '\r', '\n');
    }

    /// <summary>A combination of parameters that can't be used, found before a call is made.</summary>
    public static ErrorRecord InvalidCombination(string message, string action, object? target = null) =>
        Create(new PSArgumentException(message), nameof(InvalidCombination), ErrorCategory.InvalidArgument, target, action);

    /// <summary>A parameter value that can't be used.</summary>
    public static ErrorRecord InvalidValue(string message, string action, object? target, Exception? cause = null) =>
        Create(new PSArgumentException(message, cause), nameof(InvalidValue), ErrorCategory.InvalidArgument, target, action);

    /// <summary>An access profile that can't be used.</summary>
    public static ErrorRecord AccessProfileNotValid(string path, Exception exception) => Create(
        new PSArgumentException(DisplayText.Sanitize($"The access profile '{path}' can't be used. {exception.Message}"), exception),
        nameof(AccessProfileNotValid),
        ErrorCategory.InvalidData,
        path,
        "Correct the file. Get-Help Connect-Cohere -Parameter AccessProfile describes its keys. No session was connected.");

    /// <summary>
    /// The model still calls tools after the maximum number of rounds. The target object is the row, or the answer so far.
    /// </summary>
    public static ErrorRecord ToolStepLimit(int steps, ChatResponse response, object? row = null) => Create(
        new PSInvalidOperationException(FormattableString.Invariant($"The model has called tools {steps} times and still hasn't answered.")),
        nameof(ToolStepLimit),
        ErrorCategory.LimitsExceeded,
        row ?? response,
        row is null ? "Check the ToolSteps of the error's target object. Then increase -MaxToolStep, or ask for less at once." : "Increase -MaxToolStep, or ask for less at once.");

    /// <summary>A command that a tool isn't allowed to use.</summary>
    public static ErrorRecord InsideTool(string command) => Create(
        new PSInvalidOperationException($"{command} can't be used while a tool of a model runs."),
        nameof(InsideTool),
        ErrorCategory.PermissionDenied,
        null,
        "Connect before you start the chat, and don't use sessions in tools.");

    /// <summary>A pipeline record without text.</summary>
    public static ErrorRecord EmptyInput(object? target) => Create(
        new PSArgumentException("This input contains no text. Nothing was sent for it."),
        nameof(EmptyInput),
        ErrorCategory.InvalidData,
        target,
        "Leave out empty lines: Where-Object { $_.Trim() }");

    /// <summary>A row whose properties for the prompt are all empty.</summary>
    public static ErrorRecord EmptyRow(IEnumerable<string> names, object? target) => Create(
        new PSArgumentException($"This row has no text in {string.Join(", ", names.Select(name => $"'{DisplayText.OneLine(name, 100)}'"))}. Nothing was sent for it."),
        nameof(EmptyInput),
        ErrorCategory.InvalidData,
        target,
        "Leave out empty rows with Where-Object.");

    /// <summary>A question about pipeline input that contains nothing.</summary>
    public static ErrorRecord NoDocuments() => Create(
        new PSArgumentException("The question wasn't sent: it is about pipeline input, and the pipeline contained no document and no conversation."),
        nameof(NoDocuments),
        ErrorCategory.InvalidData,
        null,
        "Check the command before the pipe: it returned nothing that has text. To ask without documents, leave the pipe out.");

    /// <summary>An input that is too long for one call.</summary>
    public static ErrorRecord InputTooLong(string message, string action, object? target) =>
        Create(new PSArgumentException(message), nameof(InputTooLong), ErrorCategory.LimitsExceeded, target, action);

    /// <summary>A value that isn't a token.</summary>
    public static ErrorRecord NotAToken(object? value, string place, object? target) => Create(
        new PSArgumentException($"'{value ?? "null"}'{place} isn't a token. Tokens are whole numbers from 0. Nothing was sent for it."),
        nameof(NotAToken),
        ErrorCategory.InvalidData,
        target,
        "Pipe the output of ConvertTo-CohereToken, or lists of whole numbers.");

    /// <summary>A record without any of the requested properties.</summary>
    public static ErrorRecord PropertyNotFound(IEnumerable<string> names, IEnumerable<string> known, object? target) => Create(
        new PSArgumentException($"This input has no property {string.Join(" or ", names.Select(name => $"'{name}'"))}. Nothing was sent for it."),
        nameof(PropertyNotFound),
        ErrorCategory.InvalidData,
        target,
        known.Any() ? $"Specify existing properties with -Property: {string.Join(", ", known.Take(10).Select(PowerShellText.Quote))}" : "Leave out objects without properties.");

    /// <summary>A row that lacks properties that the prompt names.</summary>
    public static ErrorRecord PlaceholderNotFound(IReadOnlyCollection<string> names, IEnumerable<string> known, object? target) => Create(
        new PSArgumentException($"This row has no property {string.Join(" and no property ", names.Select(name => $"'{DisplayText.OneLine(name, 100)}'"))}, which -Prompt names. Nothing was sent for it."),
        nameof(PropertyNotFound),
        ErrorCategory.InvalidData,
        target,
        (known.Any() ? $"Its properties are {string.Join(", ", known.Take(10).Select(PowerShellText.Quote))}. " : string.Empty) + "Write {{ and }} for braces that aren't a placeholder.");

    /// <summary>A prompt with a brace that is neither a placeholder nor doubled.</summary>
    public static ErrorRecord BraceNotClosed(string prompt, int position) => InvalidValue(
        $"-Prompt has a brace that isn't part of a placeholder: '{DisplayText.OneLine(prompt.Substring(position), 40)}'. Nothing was sent.",
        "Write the name of a property in braces, such as {Subject}. Write {{ and }} for braces that belong to the text.",
        prompt);

    /// <summary>A row without a value in the property that identifies it.</summary>
    public static ErrorRecord IdNotFound(string property, object? target) => Create(
        new PSArgumentException($"This row has no value in '{property}', the property of -IdProperty. Nothing was sent for it."),
        nameof(IdNotFound),
        ErrorCategory.InvalidData,
        target,
        "Specify a property that has a value in each row.");

    /// <summary>A row whose id an earlier row has.</summary>
    public static ErrorRecord DuplicateId(string id, object? target) => Create(
        new PSArgumentException(DisplayText.Sanitize($"The id '{id}' occurs more than once in the input. Nothing was sent for this row.")),
        nameof(DuplicateId),
        ErrorCategory.InvalidData,
        target,
        "Use unique ids. Leave out rows that occur twice: Sort-Object Id -Unique");

    /// <summary>A row that already has a property with the name of a property of the answer.</summary>
    /// <param name="names">The names that the row already has.</param>
    /// <param name="isSent">Whether the call was made.</param>
    /// <param name="target">The row.</param>
    /// <param name="errorColumn">The column for errors, if there is one. Its name can't be chosen.</param>
    public static ErrorRecord PropertyExists(IReadOnlyCollection<string> names, bool isSent, object? target, string? errorColumn = null) => Create(
        new PSArgumentException($"This row already has the property {string.Join(" and ", names.Select(name => $"'{DisplayText.OneLine(name, 100)}'"))}, so {(IsOnly(names, errorColumn) ? "the reason of a failure" : "the answer")} can't be added under this name. {(isSent ? "The answer was left out." : "Nothing was sent for it.")}"),
        nameof(PropertyExists),
        ErrorCategory.ResourceExists,
        target,
        IsOnly(names, errorColumn)
            ? $"Leave -IncludeFailed out, or rename the property of the rows: Select-Object *, @{{ Name = 'Row{errorColumn}'; Expression = {{ $_.{errorColumn} }} }} -ExcludeProperty {errorColumn}"
            : $"Choose another name with -OutputProperty, which puts a JSON answer as a whole into one property. Or remove the property from the rows: Select-Object * -ExcludeProperty {string.Join(", ", names.Select(PowerShellText.Quote))}");

    private static bool IsOnly(IReadOnlyCollection<string> names, string? name) => name is not null && names.All(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A file that contains no text, where text is required.</summary>
    public static ErrorRecord NotATextFile(string path) => Create(
        new PSArgumentException($"'{path}' isn't a text file. Nothing was sent for it."),
        nameof(NotATextFile),
        ErrorCategory.InvalidData,
        path,
        "Leave out binary files, for example with Get-ChildItem *.txt, or specify properties of the file with -Property.");

    /// <summary>A message that the model can't answer.</summary>
    public static ErrorRecord NotAQuestion(ChatMessage target) => Create(
        new PSArgumentException($"A message with the role {target.Role} can't be the last message: the model answers user messages and tool results. Nothing was sent for it."),
        nameof(NotAQuestion),
        ErrorCategory.InvalidData,
        target,
        "To use the message as a part of the conversation, specify the question with -Message: … | Invoke-CohereChat -Message 'Continue.' For instructions to the model, use -SystemMessage.");

    /// <summary>A pipeline record that isn't a message.</summary>
    public static ErrorRecord NotAMessage(object target) => Create(
        new PSArgumentException($"An object of the type {target.GetType().Name} isn't a message."),
        nameof(NotAMessage),
        ErrorCategory.InvalidType,
        target,
        "Pipe strings to send each as a message. To ask a question about objects, specify it with -Message: … | Invoke-CohereChat 'What stands out?'");

    /// <summary>An object that isn't a text, where a text is required.</summary>
    public static ErrorRecord NotAText(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} isn't a text. Nothing was sent for it."),
        nameof(NotAText),
        ErrorCategory.InvalidType,
        target,
        "Specify with -Property which properties make up the text: … -Property Name, Description");

    /// <summary>A part of an input that is neither a text nor an image.</summary>
    public static ErrorRecord NotContent(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} is neither a text nor an image."),
        nameof(NotContent),
        ErrorCategory.InvalidType,
        target,
        "Specify strings for texts and files for images: -Content 'Sales in May', (Get-Item chart.png)");

    /// <summary>An image that exceeds the maximum size.</summary>
    public static ErrorRecord ImageTooLarge(object target, long bytes, long limit) => Create(
        new PSArgumentException(FormattableString.Invariant($"The image is {bytes / 1048576.0:0.#} MB, and the maximum for the model is {limit / 1048576} MB.")),
        nameof(ImageTooLarge),
        ErrorCategory.LimitsExceeded,
        target,
        "Make the image smaller.");

    /// <summary>An input with more images than the model accepts.</summary>
    public static ErrorRecord TooManyImages(object target, int count, int limit) => Create(
        new PSArgumentException($"The input has {count} images, and the maximum for the model is {limit}."),
        nameof(TooManyImages),
        ErrorCategory.LimitsExceeded,
        target,
        "Embed the images one by one, or choose another -Model.");

    /// <summary>A path that isn't the path of a file.</summary>
    /// <param name="path">The path, as the user specified it.</param>
    /// <param name="isFolder">Whether it is a folder; null if the path is a full path.</param>
    /// <param name="action">What to do.</param>
    public static ErrorRecord NotAFile(string path, bool? isFolder = null, string action = "Specify files: Get-ChildItem -File") => Create(
        new PSArgumentException(isFolder ?? Directory.Exists(path) ? $"'{path}' is a folder." : $"'{path}' isn't a file."),
        nameof(NotAFile),
        ErrorCategory.InvalidType,
        path,
        action);

    /// <summary>A path that matches nothing as a pattern, but is the name of a file.</summary>
    public static ErrorRecord MeantLiterally(string path, string? literalParameter) => Create(
        new ItemNotFoundException($"Nothing matches '{path}', because brackets, * and ? are wildcards in it. A file or folder with exactly this name exists."),
        nameof(FileNotReadable),
        ErrorCategory.ObjectNotFound,
        path,
        literalParameter is not null
            ? $"Use -{literalParameter} {PowerShellText.Quote(path)}"
            : $"Escape the characters: {PowerShellText.Quote(WildcardPattern.Escape(path))}");

    /// <summary>A value that JSON can't represent.</summary>
    public static ErrorRecord NotJson(Exception exception, object? target) => Create(
        exception,
        nameof(NotJson),
        ErrorCategory.InvalidData,
        target,
        "Use texts, numbers, Booleans, and lists, hashtables or objects of these.");

    /// <summary>The model's answer isn't the JSON that was requested.</summary>
    public static ErrorRecord AnswerNotJson(Exception exception, ChatResponse response) => AnswerNotJson(exception, response, response, " The target object of this error is the whole answer.");

    /// <summary>The model's answer for a row isn't the JSON that was requested. The target object is the row.</summary>
    public static ErrorRecord RowAnswerNotJson(Exception exception, ChatResponse response, object? row) =>
        AnswerNotJson(exception, response, row, $" The answer begins: {DisplayText.OneLine(response.Text, 200)}");

    private static ErrorRecord AnswerNotJson(Exception exception, ChatResponse response, object? target, string more) => Create(
        new PSInvalidOperationException($"The answer isn't the JSON that was requested: {exception.Message}", exception),
        nameof(AnswerNotJson),
        ErrorCategory.InvalidResult,
        target,
        (response.FinishReason == ChatFinishReason.MaxTokens
            ? "The answer was cut off: increase -MaxTokens."
            : "Ask for JSON in the message as well.") + more);

    /// <summary>A file that can't be read.</summary>
    public static ErrorRecord FileNotReadable(string path, Exception exception) => exception is WrongEncodingException wrong ? WrongEncoding(path, wrong) : Create(
        Folder.Explain(path, exception),
        nameof(FileNotReadable),
        exception is System.IO.FileNotFoundException or System.IO.DirectoryNotFoundException or ItemNotFoundException ? ErrorCategory.ObjectNotFound : ErrorCategory.ReadError,
        path,
        exception is UnauthorizedAccessException && Directory.Exists(path) ? "Specify the path of a file." : "Check the path and your permission to read the file.");

    /// <summary>A text file in another encoding. Its characters would be damaged without any warning.</summary>
    private static ErrorRecord WrongEncoding(string path, WrongEncodingException exception) => Create(
        exception,
        nameof(WrongEncoding),
        ErrorCategory.InvalidData,
        path,
        $"Specify the encoding of the file with -Encoding, for example -Encoding ansi for files of Excel and other Windows programs. Or convert the file: {exception.Conversion}");

    /// <summary>A file that isn't an image in a format that the API accepts.</summary>
    public static ErrorRecord NotAnImage(string path) => Create(
        new PSArgumentException($"'{path}' isn't a PNG, JPEG, WebP or GIF image."),
        nameof(NotAnImage),
        ErrorCategory.InvalidData,
        path,
        "Convert the image to PNG or JPEG. To embed the text of a file, use New-CohereEmbedding -AsText.");

    /// <summary>A file that can't be parsed as the image of a document.</summary>
    public static ErrorRecord NotAnImage(string path, string problem, string action) => Create(
        new PSArgumentException($"'{path}' {problem}. Nothing was sent for it."),
        nameof(NotAnImage),
        ErrorCategory.InvalidData,
        path,
        action);

    /// <summary>An image of a document that exceeds a limit of the API.</summary>
    public static ErrorRecord ImageTooLarge(string path, string size, string limit) => Create(
        new PSArgumentException($"The image '{path}' has {size}, and the maximum is {limit}. Nothing was sent for it."),
        nameof(ImageTooLarge),
        ErrorCategory.LimitsExceeded,
        path,
        "Make the image smaller. 2,048 pixels on the long side are enough for a page.");

    /// <summary>An embedding that can't be used for the operation.</summary>
    public static ErrorRecord ToErrorRecord(this EmbeddingException exception, object? target)
    {
        (ErrorCategory category, string action) = exception.Problem switch
        {
            EmbeddingProblem.NullInput => (ErrorCategory.InvalidData, "Leave out empty values: Where-Object { $null -ne $_ }"),
            EmbeddingProblem.NotAnEmbedding => (ErrorCategory.InvalidType, "Pipe the output of New-CohereEmbedding or Import-CohereEmbedding. Wrap a list of numbers, because the pipeline splits it: , $numbers | …"),
            EmbeddingProblem.EmptyVector => (ErrorCategory.InvalidData, "Embed the text again with New-CohereEmbedding."),
            EmbeddingProblem.NotFinite => (ErrorCategory.InvalidData, "Check the source of the numbers: Cohere's embeddings contain neither NaN nor Infinity."),
            EmbeddingProblem.ZeroVector => (ErrorCategory.InvalidData, "Leave out this embedding, or compare with -Metric Euclidean or DotProduct."),
            EmbeddingProblem.InvalidBase64 => (ErrorCategory.InvalidData, "Embed the text again with New-CohereEmbedding."),
            EmbeddingProblem.ModelMismatch => (ErrorCategory.InvalidArgument, "Embed both with the same -Model of New-CohereEmbedding."),
            EmbeddingProblem.DimensionMismatch => (ErrorCategory.InvalidArgument, "Embed both with the same model and the same number of dimensions."),
            _ => (ErrorCategory.InvalidArgument, "Embed both with the same -EmbeddingType of New-CohereEmbedding."),
        };
        return Create(new PSArgumentException(DisplayText.Sanitize(exception.Message), exception), exception.Problem.ToString(), category, target, action);
    }

    /// <summary>A file of embeddings, or a part of it, that can't be read.</summary>
    public static ErrorRecord EmbeddingFileNotReadable(string path, EmbeddingFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"{path}: {exception.Message}"), exception),
        exception.IsLast ? nameof(FileNotReadable) : "EmbeddingNotReadable",
        ErrorCategory.InvalidData,
        path,
        // A string of JSON that can't be decoded.
        exception.InnerException is InvalidOperationException ? $"Convert the file: {new WrongEncodingException(path, null, 0).Conversion}"
        : exception.IsLast
            ? "The readable embeddings were returned. Export the embeddings again, or restore the file from a backup."
            : "The other embeddings of the file are read. Export these again, or restore the file from a backup.");

    /// <summary>A file of embeddings that can't be extended.</summary>
    public static ErrorRecord FileNotAppendable(string path, EmbeddingFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"Embeddings can't be appended to {path}: {exception.Message}"), exception),
        nameof(FileNotAppendable),
        ErrorCategory.InvalidData,
        path,
        "Import the readable embeddings and export them to a new file: Import-CohereEmbedding … | Export-CohereEmbedding …");

    /// <summary>A file that isn't an index, or a damaged one.</summary>
    public static ErrorRecord IndexNotReadable(string path, EmbeddingFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"The index '{path}' can't be used: {exception.Message}"), exception),
        nameof(FileNotReadable),
        ErrorCategory.InvalidData,
        path,
        "Specify the file of an index. If this one is damaged, restore it from a backup, or delete it and create it again with Update-CohereIndex.");

    /// <summary>A file that can't be written.</summary>
    public static ErrorRecord FileNotWritable(string path, Exception exception, object? target = null) => Create(
        exception is ArgumentException ? new IOException($"'{path}' can't be written, because it's too large for the file system.", exception) : exception,
        nameof(FileNotWritable),
        exception is System.IO.DirectoryNotFoundException or SessionStateException ? ErrorCategory.ObjectNotFound : ErrorCategory.WriteError,
        target ?? path,
        IsInUse(exception)
            ? "Close the program that has the file open, such as Excel, or write to another file. An existing file is unchanged."
            : "Check the path, your permission to write there, and the free space. An existing file is unchanged.");

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows, and EAGAIN of Linux and macOS.
    private static bool IsInUse(Exception exception) => exception is IOException { HResult: unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35 };

    /// <summary>A file that already exists and must not be replaced.</summary>
    public static ErrorRecord FileExists(string path, bool canAppend) => Create(
        new PSInvalidOperationException($"The file '{path}' already exists."),
        nameof(FileExists),
        ErrorCategory.ResourceExists,
        path,
        "Choose another name, or leave -NoClobber out." + (canAppend ? " -Append adds to the file." : string.Empty));

    /// <summary>A file of results that already exists and isn't to be continued.</summary>
    public static ErrorRecord ResultFileExists(string path) => Create(
        new PSInvalidOperationException($"The file '{path}' already exists."),
        nameof(FileExists),
        ErrorCategory.ResourceExists,
        path,
        "Add -Resume to continue it and skip what is done, or -Force to replace it.");

    /// <summary>A file of results that can't be continued.</summary>
    public static ErrorRecord FileNotResumable(string path, RowFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"'{path}' {exception.Message}. Nothing was sent."), exception),
        nameof(FileNotResumable),
        ErrorCategory.InvalidData,
        path,
        exception.Action);

    /// <summary>An answer with values that its file has no column for.</summary>
    public static ErrorRecord ColumnNotFound(IEnumerable<string> names, object? target) => Create(
        new PSArgumentException(DisplayText.Sanitize($"This row has the property {string.Join(" and ", names.Select(name => $"'{name}'"))}, which isn't a column of the file of -OutFile. Nothing was sent for it.")),
        nameof(ColumnNotFound),
        ErrorCategory.InvalidData,
        target,
        "All rows of a CSV file have the columns of the first row. Use a .jsonl file for rows with different properties, or select the same properties for each row.");

    /// <summary>A read-only file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isContinued">Whether the file is continued. -Force would replace what it contains.</param>
    public static ErrorRecord FileIsReadOnly(string path, bool isContinued = false) => Create(
        new UnauthorizedAccessException($"The file '{path}' is read-only."),
        nameof(FileNotWritable),
        ErrorCategory.PermissionDenied,
        path,
        isContinued ? $"Make the file writable: Set-ItemProperty {PowerShellText.Quote(path)} IsReadOnly $false" : "Add -Force to replace the file.");

    /// <summary>A job that is still running when the maximum wait time is over. The user can continue to wait.</summary>
    public static ErrorRecord StillRunning(string noun, string id, string? state, TimeSpan waited, string wait, object target) => Create(
        new TimeoutException(FormattableString.Invariant($"The {noun} '{id}' isn't done after {waited.TotalSeconds:0} s{(state is null ? string.Empty : $" ({state})")}. It continues to run at Cohere.")),
        nameof(StillRunning),
        ErrorCategory.OperationTimeout,
        target,
        $"Continue to wait at any time: {wait}");

    /// <summary>A job whose result was requested before it ended.</summary>
    public static ErrorRecord JobNotDone(string noun, string id, string state, string wait, object job) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"The {noun} '{id}' isn't done ({state}) and has no result yet.")),
        nameof(JobNotDone),
        ErrorCategory.ResourceUnavailable,
        job,
        $"Wait for it: {wait}");

    /// <summary>A job that ended without success.</summary>
    public static ErrorRecord JobFailed(string message, string action, object job) =>
        Create(new PSInvalidOperationException(DisplayText.Sanitize(message)), nameof(JobFailed), ErrorCategory.InvalidResult, job, action);

    /// <summary>A request of a batch that failed.</summary>
    public static ErrorRecord BatchRequestFailed(BatchResult result) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"The request '{result.CustomId}' of the batch '{result.BatchId}' has failed: {result.Error}")),
        nameof(BatchRequestFailed),
        ErrorCategory.InvalidResult,
        result,
        "Correct the failed requests and start a new batch with them. The target object of this error has the CustomId and, as InputObject, the body.");

    /// <summary>A file that the service would refuse as a dataset.</summary>
    public static ErrorRecord NotADatasetFile(string path, string problem, string action) => Create(
        new PSArgumentException(DisplayText.Sanitize($"'{path}' {problem}. Nothing was sent.")),
        nameof(NotADatasetFile),
        ErrorCategory.InvalidData,
        path,
        action);

    /// <summary>An object that the service would refuse as a row of a dataset.</summary>
    public static ErrorRecord NotADatasetRow(object? target, string problem, string action) => Create(
        new PSArgumentException(DisplayText.Sanitize($"This input {problem}. It isn't in the dataset.")),
        nameof(NotADatasetRow),
        ErrorCategory.InvalidData,
        target,
        action);

    /// <summary>A dataset whose validation failed.</summary>
    public static ErrorRecord DatasetNotValid(Dataset dataset) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize(
            $"The dataset '{dataset.DatasetId}' ({dataset.Name}) isn't valid: {dataset.ValidationError ?? "Cohere didn't give a reason."}{string.Concat(dataset.ValidationWarnings.Take(10).Select(warning => Environment.NewLine + warning))}")),
        nameof(DatasetNotValid),
        ErrorCategory.InvalidData,
        dataset,
        "Correct the rows named in the message and upload them again, or leave out malformed rows with -SkipMalformedInput. The target object of this error is the dataset.");

    /// <summary>A file that can't be transcribed.</summary>
    public static ErrorRecord NotAnAudioFile(string path, string problem, string action) => Create(
        new PSArgumentException($"'{path}' {problem}. Nothing was sent for it."),
        nameof(NotAnAudioFile),
        ErrorCategory.InvalidData,
        path,
        action);

    /// <summary>A command that doesn't exist.</summary>
    public static ErrorRecord CommandNotFound(string name, Exception? cause = null) => Create(
        new CommandNotFoundException($"The command '{DisplayText.OneLine(name, 100)}' doesn't exist.", cause),
        nameof(CommandNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        "Check the name with Get-Command, and import the command's module. For a tool without a command, specify a hashtable with name, description and parameters.");

    /// <summary>A command that can't be a tool.</summary>
    public static ErrorRecord CommandNotUsable(CommandInfo command, string reason, Exception? cause = null) => Create(
        new PSArgumentException($"{command.Name} can't be a tool: {reason}.", cause),
        nameof(CommandNotUsable),
        ErrorCategory.InvalidArgument,
        command,
        "Select parameters with -Parameter and -ParameterSetName, or write a function or a script block that has only the parameters for the model.");

    /// <summary>A parameter that the command doesn't have.</summary>
    public static ErrorRecord ParameterNotFound(string command, string name, IEnumerable<string> known) => Create(
        new PSArgumentException($"{command} has no parameter '{name}'."),
        nameof(ParameterNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        known.Any() ? $"Its parameters are {string.Join(", ", known)}." : "It has no parameters.");

    /// <summary>A parameter set that the command doesn't have.</summary>
    public static ErrorRecord ParameterSetNotFound(string command, string name, IEnumerable<string> known) => Create(
        new PSArgumentException($"{command} has no parameter set '{name}'."),
        nameof(ParameterSetNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        $"Its parameter sets are {string.Join(", ", known)}.");

    /// <summary>An object that isn't a command.</summary>
    public static ErrorRecord NotACommand(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} isn't a command."),
        nameof(NotACommand),
        ErrorCategory.InvalidType,
        target,
        "Specify names of commands, objects from Get-Command, or script blocks.");

    /// <summary>No session is connected, and the environment has no key.</summary>
    public static ErrorRecord NotConnected() =>
        new CohereException(ErrorReason.NoApiKey, "No session is connected, and the environment has no API key.").ToErrorRecord(null);

    /// <summary>A secret that can't be read from a vault.</summary>
    public static ErrorRecord SecretNotFound(string name, RuntimeException exception) => Create(
        // The inner record has the reason. The outer message only says that the command stopped.
        new PSInvalidOperationException($"The secret '{name}' can't be read: {exception.ErrorRecord.Exception.Message}", exception),
        nameof(SecretNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        "Install-PSResource Microsoft.PowerShell.SecretManagement, register and unlock the vault, and check the name with Get-SecretInfo.");

    /// <summary>A source that has no key.</summary>
    public static ErrorRecord NoKeyIn(string source, string action) => Create(
        new PSArgumentException($"An API key is missing in {source}."),
        nameof(ErrorReason.NoApiKey),
        ErrorCategory.AuthenticationError,
        null,
        action);

    /// <summary>The server refused the key that Connect-Cohere -Verify checked.</summary>
    public static ErrorRecord KeyRefused(CohereSession session, string? place) =>
        new CohereException(
            ErrorReason.Unauthorized,
            $"{session.BaseUri} {(place is null ? "requires a key, and none was specified" : $"refuses the key from {place}")}. The session wasn't connected.").ToErrorRecord(session);

    /// <summary>The emulator's port isn't available.</summary>
    public static ErrorRecord PortNotAvailable(int port, Exception exception) => Create(
        new PSInvalidOperationException($"The emulator can't listen on port {port}: {exception.Message}", exception),
        nameof(PortNotAvailable),
        ErrorCategory.ResourceUnavailable,
        port,
        "Leave -Port out to use any free port.");

    /// <summary>The emulator can't use the folder of -StatePath.</summary>
    public static ErrorRecord StateNotAvailable(string? path, Exception exception) => Create(
        new PSInvalidOperationException($"The emulator can't save its state: {exception.Message}", exception),
        nameof(StateNotAvailable),
        ErrorCategory.ResourceUnavailable,
        path,
        "Only one emulator at a time can use a folder. Stop the other emulator (Stop-CohereEmulator, Disconnect-Cohere), or specify another folder with -StatePath.");

    /// <summary>An interactive chat where the user can't be asked.</summary>
    public static ErrorRecord NotInteractive(string reason) => Create(
        new PSInvalidOperationException($"An interactive chat isn't possible: {reason}."),
        nameof(NotInteractive),
        ErrorCategory.InvalidOperation,
        null,
        "Use Invoke-CohereChat, which isn't interactive. To continue a conversation, use its parameter -History.");

    private static string NameOf(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value).GetType().Name;

    // Every message and action can quote a server, a model or a file.
    private static ErrorRecord Create(Exception exception, string reason, ErrorCategory category, object? target, string action)
    {
        Exception harmless = Harmless(exception);
        var record = new ErrorRecord(harmless, "CohereShell." + reason, category, target)
        {
            ErrorDetails = new ErrorDetails(KnownSecrets.Redact(harmless.Message)) { RecommendedAction = DisplayText.Sanitize(KnownSecrets.Redact(action)) },
        };
        // A key can be in a path or an id by mistake. The target object itself is the user's own value.
        if (ShownTarget(target) is { } text && (!HarmlessText.IsHarmless(text) || KnownSecrets.AreIn(text)))
        {
            record.CategoryInfo.TargetName = DisplayText.OneLine(KnownSecrets.Redact(text), 200);
        }

        return record;
    }

    private static Exception Harmless(Exception exception)
    {
        // The whole chain is shown by Get-Error.
        string chain = string.Empty;
        for (Exception? link = exception; link is not null; link = link.InnerException)
        {
            chain += link.Message;
        }

        string message = DisplayText.Sanitize(KnownSecrets.Redact(exception.Message));
        return HarmlessText.IsHarmless(chain) && !KnownSecrets.AreIn(chain) ? exception
            : exception switch
            {
                PSArgumentException => new PSArgumentException(message),
                TimeoutException => new TimeoutException(message),
                UnauthorizedAccessException => new UnauthorizedAccessException(message),
                System.IO.FileNotFoundException => new System.IO.FileNotFoundException(message),
                System.IO.IOException => new System.IO.IOException(message),
                // The message of a CohereException is harmless already, and its properties are needed.
                CohereException => exception,
                _ => new PSInvalidOperationException(message),
            };
    }

    // The text that PowerShell shows for a target of the module's types. Other objects are the user's.
    private static string? ShownTarget(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) switch
    {
        string text => text,
        { } other when other.GetType().Assembly == typeof(CohereSession).Assembly => other.ToString(),
        _ => null,
    };
}
