namespace CohereShell.Errors;

/// <summary>Every ErrorRecord of the module is made here: id <c>CohereShell.&lt;Reason&gt;</c>, category, target, action.</summary>
internal static class ErrorRecords
{
    /// <summary>A call that failed.</summary>
    public static ErrorRecord ToErrorRecord(this CohereException exception, object? target) => Create(
        exception,
        exception.Reason.ToString(),
        Enum.TryParse(exception.Category, out ErrorCategory category) ? category : ErrorCategory.NotSpecified,
        target,
        exception.RecommendedAction);

    /// <summary>The message without the name of a parameter of C#, which .NET hangs on it.</summary>
    public static string PlainMessage(this ArgumentException exception)
    {
        // .NET: 'text (Parameter 'name')'; .NET Framework: the same on a line of its own.
        int end = exception.ParamName is null ? -1 : exception.Message.LastIndexOf("Parameter", StringComparison.Ordinal);
        return end <= 0 ? exception.Message : exception.Message.Substring(0, end).TrimEnd(' ', '(', '\r', '\n');
    }

    /// <summary>A combination of parameters that the API refuses, found before a call is spent.</summary>
    public static ErrorRecord InvalidCombination(string message, string action, object? target = null) =>
        Create(new PSArgumentException(message), nameof(InvalidCombination), ErrorCategory.InvalidArgument, target, action);

    /// <summary>A parameter's value that cannot be used.</summary>
    public static ErrorRecord InvalidValue(string message, string action, object? target, Exception? cause = null) =>
        Create(new PSArgumentException(message, cause), nameof(InvalidValue), ErrorCategory.InvalidArgument, target, action);

    /// <summary>The model goes on calling tools. The answer so far is the target.</summary>
    public static ErrorRecord ToolStepLimit(int steps, ChatResponse response) => Create(
        new PSInvalidOperationException(FormattableString.Invariant($"The model has called tools {steps} times and still does not answer.")),
        nameof(ToolStepLimit),
        ErrorCategory.LimitsExceeded,
        response,
        "Look at the ToolSteps of the error's target object, allow more with -MaxToolStep, or ask for less at once.");

    /// <summary>A command that a tool must not use.</summary>
    public static ErrorRecord InsideTool(string command) => Create(
        new PSInvalidOperationException($"{command} cannot be used while a model's tool runs."),
        nameof(InsideTool),
        ErrorCategory.PermissionDenied,
        null,
        "Connect before you start the chat, and leave sessions out of tools.");

    /// <summary>A record of the pipeline without any text.</summary>
    public static ErrorRecord EmptyInput(object? target) => Create(
        new PSArgumentException("This input is empty: there is no text in it. Nothing was sent for it."),
        nameof(EmptyInput),
        ErrorCategory.InvalidData,
        target,
        "Leave empty lines out: Where-Object { $_.Trim() }");

    /// <summary>An input that is longer than a call takes.</summary>
    public static ErrorRecord InputTooLong(string message, string action, object? target) =>
        Create(new PSArgumentException(message), nameof(InputTooLong), ErrorCategory.LimitsExceeded, target, action);

    /// <summary>A value that no tokenizer has.</summary>
    public static ErrorRecord NotAToken(object? value, string place, object? target) => Create(
        new PSArgumentException($"'{value ?? "null"}'{place} is not a token: tokens are whole numbers from 0. Nothing was sent for it."),
        nameof(NotAToken),
        ErrorCategory.InvalidData,
        target,
        "Pipe what ConvertTo-CohereToken puts out, or lists of whole numbers.");

    /// <summary>A record that has none of the properties that were asked for.</summary>
    public static ErrorRecord PropertyNotFound(IEnumerable<string> names, IEnumerable<string> known, object? target) => Create(
        new PSArgumentException($"This input has no property {string.Join(" or ", names.Select(name => $"'{name}'"))}. Nothing was sent for it."),
        nameof(PropertyNotFound),
        ErrorCategory.InvalidData,
        target,
        known.Any() ? $"Name properties that it has with -Property: {string.Join(", ", known.Take(10))}" : "Leave out objects without properties.");

    /// <summary>A file whose text was wanted, and that holds none.</summary>
    public static ErrorRecord NotATextFile(string path) => Create(
        new PSArgumentException($"'{path}' is not a text file. Nothing was sent for it."),
        nameof(NotATextFile),
        ErrorCategory.InvalidData,
        path,
        "Leave binary files out, for example with Get-ChildItem *.txt, or name properties of the file with -Property.");

    /// <summary>A record of the pipeline that is no message.</summary>
    public static ErrorRecord NotAMessage(object target) => Create(
        new PSArgumentException($"An object of the type {target.GetType().Name} is not a message."),
        nameof(NotAMessage),
        ErrorCategory.InvalidType,
        target,
        "Pipe strings to send each as a message. To ask a question about objects, ask it with -Message: … | Invoke-CohereChat 'What stands out?'");

    /// <summary>An object that is no text, where a text is needed.</summary>
    public static ErrorRecord NotAText(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} is not a text. Nothing was sent for it."),
        nameof(NotAText),
        ErrorCategory.InvalidType,
        target,
        "Say with -Property which of its properties make the text: … -Property Name, Description");

    /// <summary>A part of an input that is neither text nor image.</summary>
    public static ErrorRecord NotContent(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} is neither text nor image."),
        nameof(NotContent),
        ErrorCategory.InvalidType,
        target,
        "Give strings for texts and files for images: -Content 'Sales in May', (Get-Item chart.png)");

    /// <summary>An image that is larger than the API takes.</summary>
    public static ErrorRecord ImageTooLarge(object target, long bytes, long limit) => Create(
        new PSArgumentException(FormattableString.Invariant($"The image has {bytes / 1048576.0:0.#} MB, and the model takes at most {limit / 1048576} MB.")),
        nameof(ImageTooLarge),
        ErrorCategory.LimitsExceeded,
        target,
        "Make the image smaller.");

    /// <summary>More images in one input than the model takes.</summary>
    public static ErrorRecord TooManyImages(object target, int count, int limit) => Create(
        new PSArgumentException($"The input has {count} images, and the model takes at most {limit}."),
        nameof(TooManyImages),
        ErrorCategory.LimitsExceeded,
        target,
        "Embed the images one by one, or choose another -Model.");

    /// <summary>A path that leads to something else than a file.</summary>
    public static ErrorRecord NotAFile(string path, string action = "Give files: Get-ChildItem -File") => Create(
        new PSArgumentException($"'{path}' is not a file."),
        nameof(NotAFile),
        ErrorCategory.InvalidType,
        path,
        action);

    /// <summary>A value that JSON cannot hold.</summary>
    public static ErrorRecord NotJson(Exception exception, object? target) => Create(
        exception,
        nameof(NotJson),
        ErrorCategory.InvalidData,
        target,
        "Use texts, numbers, Booleans, lists, hashtables and objects made of them.");

    /// <summary>The model's answer is not the JSON that was asked for.</summary>
    public static ErrorRecord AnswerNotJson(Exception exception, ChatResponse response) => Create(
        new PSInvalidOperationException($"The answer is not the JSON that was asked for: {exception.Message}", exception),
        nameof(AnswerNotJson),
        ErrorCategory.InvalidResult,
        response,
        response.FinishReason == ChatFinishReason.MaxTokens
            ? "The answer was cut off: allow more tokens with -MaxTokens. The target object of this error is the whole answer."
            : "Ask for JSON in the message as well. The target object of this error is the whole answer.");

    /// <summary>A file that cannot be read.</summary>
    public static ErrorRecord FileNotReadable(string path, Exception exception) => Create(
        exception,
        nameof(FileNotReadable),
        exception is System.IO.FileNotFoundException or System.IO.DirectoryNotFoundException or ItemNotFoundException ? ErrorCategory.ObjectNotFound : ErrorCategory.ReadError,
        path,
        "Check the path and that you may read the file.");

    /// <summary>A file that is no image of a kind that the API takes.</summary>
    public static ErrorRecord NotAnImage(string path) => Create(
        new PSArgumentException($"'{path}' is not a PNG, JPEG, WebP or GIF image."),
        nameof(NotAnImage),
        ErrorCategory.InvalidData,
        path,
        "Convert the image to PNG or JPEG. New-CohereEmbedding -AsText embeds the text of files.");

    /// <summary>An embedding that cannot be used for what was asked.</summary>
    public static ErrorRecord ToErrorRecord(this EmbeddingException exception, object? target)
    {
        (ErrorCategory category, string action) = exception.Problem switch
        {
            EmbeddingProblem.NullInput => (ErrorCategory.InvalidData, "Leave empty values out: Where-Object { $null -ne $_ }"),
            EmbeddingProblem.NotAnEmbedding => (ErrorCategory.InvalidType, "Pipe what New-CohereEmbedding or Import-CohereEmbedding puts out. Wrap a list of numbers, or the pipeline takes it apart: , $numbers | …"),
            EmbeddingProblem.EmptyVector => (ErrorCategory.InvalidData, "Embed the text again with New-CohereEmbedding."),
            EmbeddingProblem.NotFinite => (ErrorCategory.InvalidData, "Look where the numbers come from: an embedding of Cohere has neither NaN nor Infinity."),
            EmbeddingProblem.ZeroVector => (ErrorCategory.InvalidData, "Leave it out, or compare with -Metric Euclidean or DotProduct."),
            EmbeddingProblem.InvalidBase64 => (ErrorCategory.InvalidData, "Embed the text again with New-CohereEmbedding."),
            EmbeddingProblem.ModelMismatch => (ErrorCategory.InvalidArgument, "Embed both with the same -Model of New-CohereEmbedding."),
            EmbeddingProblem.DimensionMismatch => (ErrorCategory.InvalidArgument, "Embed both with the same model and the same number of dimensions."),
            _ => (ErrorCategory.InvalidArgument, "Embed both with the same -EmbeddingType of New-CohereEmbedding."),
        };
        return Create(new PSArgumentException(DisplayText.Sanitize(exception.Message), exception), exception.Problem.ToString(), category, target, action);
    }

    /// <summary>A file of embeddings, or a part of it, that cannot be read.</summary>
    public static ErrorRecord EmbeddingFileNotReadable(string path, EmbeddingFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"{path}: {exception.Message}"), exception),
        exception.IsLast ? nameof(FileNotReadable) : "EmbeddingNotReadable",
        ErrorCategory.InvalidData,
        path,
        exception.IsLast
            ? "What can be read was put out. Export the embeddings again, or take the file from a backup."
            : "The other embeddings of the file are read. Export these again, or take the file from a backup.");

    /// <summary>A file of embeddings that nothing can be added to.</summary>
    public static ErrorRecord FileNotAppendable(string path, EmbeddingFileException exception) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"Nothing can be appended to {path}: {exception.Message}"), exception),
        nameof(FileNotAppendable),
        ErrorCategory.InvalidData,
        path,
        "Import what can be read of it, and export it to a new file: Import-CohereEmbedding … | Export-CohereEmbedding …");

    /// <summary>A file that cannot be written.</summary>
    public static ErrorRecord FileNotWritable(string path, Exception exception) => Create(
        exception,
        nameof(FileNotWritable),
        exception is System.IO.DirectoryNotFoundException or SessionStateException ? ErrorCategory.ObjectNotFound : ErrorCategory.WriteError,
        path,
        "Check the path, that you may write there, and that there is room. What stood there before is unchanged.");

    /// <summary>A file that is there and shall not be replaced.</summary>
    public static ErrorRecord FileExists(string path, bool canAppend) => Create(
        new PSInvalidOperationException($"The file '{path}' exists already."),
        nameof(FileExists),
        ErrorCategory.ResourceExists,
        path,
        "Choose another name, or leave -NoClobber out." + (canAppend ? " -Append adds to the file." : string.Empty));

    /// <summary>A file that is write-protected.</summary>
    public static ErrorRecord FileIsReadOnly(string path) => Create(
        new UnauthorizedAccessException($"The file '{path}' is read-only."),
        nameof(FileNotWritable),
        ErrorCategory.PermissionDenied,
        path,
        "Add -Force to replace it all the same.");

    /// <summary>A job that was waited for long enough. It goes on at Cohere, and so can the waiting.</summary>
    public static ErrorRecord StillRunning(string noun, string id, string? state, TimeSpan waited, string wait, object target) => Create(
        new TimeoutException(FormattableString.Invariant($"The {noun} '{id}' is not done after {waited.TotalSeconds:0} s{(state is null ? string.Empty : $" ({state})")}. It goes on at Cohere.")),
        nameof(StillRunning),
        ErrorCategory.OperationTimeout,
        target,
        $"Go on waiting at any time: {wait}");

    /// <summary>A job whose result was asked for, and that has none yet.</summary>
    public static ErrorRecord JobNotDone(string noun, string id, string state, string wait, object job) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"The {noun} '{id}' is not done ({state}), and has no result yet.")),
        nameof(JobNotDone),
        ErrorCategory.ResourceUnavailable,
        job,
        $"Wait for it: {wait}");

    /// <summary>A job that has ended without what it was for.</summary>
    public static ErrorRecord JobFailed(string message, string action, object job) =>
        Create(new PSInvalidOperationException(DisplayText.Sanitize(message)), nameof(JobFailed), ErrorCategory.InvalidResult, job, action);

    /// <summary>A request of a batch that has no answer.</summary>
    public static ErrorRecord BatchRequestFailed(BatchResult result) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize($"The request '{result.CustomId}' of the batch '{result.BatchId}' has failed: {result.Error}")),
        nameof(BatchRequestFailed),
        ErrorCategory.InvalidResult,
        result,
        "The target object of this error has its CustomId and, as InputObject, its body: correct it, and start a batch of those that failed.");

    /// <summary>A file that the service would not take as a dataset.</summary>
    public static ErrorRecord NotADatasetFile(string path, string problem, string action) => Create(
        new PSArgumentException(DisplayText.Sanitize($"'{path}' {problem}. Nothing was sent.")),
        nameof(NotADatasetFile),
        ErrorCategory.InvalidData,
        path,
        action);

    /// <summary>An object that the service would not take as a row of a dataset.</summary>
    public static ErrorRecord NotADatasetRow(object? target, string problem, string action) => Create(
        new PSArgumentException(DisplayText.Sanitize($"This input {problem}. It is not in the dataset.")),
        nameof(NotADatasetRow),
        ErrorCategory.InvalidData,
        target,
        action);

    /// <summary>A dataset that the service has looked through and does not take.</summary>
    public static ErrorRecord DatasetNotValid(Dataset dataset) => Create(
        new PSInvalidOperationException(DisplayText.Sanitize(
            $"The dataset '{dataset.DatasetId}' ({dataset.Name}) was not validated: {dataset.ValidationError ?? "Cohere does not say why."}{string.Concat(dataset.ValidationWarnings.Take(10).Select(warning => Environment.NewLine + warning))}")),
        nameof(DatasetNotValid),
        ErrorCategory.InvalidData,
        dataset,
        "Correct the rows that the message names and upload them again, or leave such rows out with -SkipMalformedInput. The target object of this error is the dataset.");

    /// <summary>A file that cannot be transcribed.</summary>
    public static ErrorRecord NotAnAudioFile(string path, string problem, string action) => Create(
        new PSArgumentException($"'{path}' {problem}. Nothing was sent for it."),
        nameof(NotAnAudioFile),
        ErrorCategory.InvalidData,
        path,
        action);

    /// <summary>A command that is not there.</summary>
    public static ErrorRecord CommandNotFound(string name, Exception? cause = null) => Create(
        new CommandNotFoundException($"There is no command '{DisplayText.OneLine(name, 100)}'.", cause),
        nameof(CommandNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        "Check the name with Get-Command, and import the module that has it. A tool without a command is a hashtable with name, description and parameters.");

    /// <summary>A command that cannot be a tool.</summary>
    public static ErrorRecord CommandNotUsable(CommandInfo command, string reason, Exception? cause = null) => Create(
        new PSArgumentException($"{command.Name} cannot be a tool: {reason}.", cause),
        nameof(CommandNotUsable),
        ErrorCategory.InvalidArgument,
        command,
        "Choose what is offered with -Parameter and -ParameterSetName, or write a function or a script block with just the parameters that the model shall give.");

    /// <summary>A parameter that the command does not have.</summary>
    public static ErrorRecord ParameterNotFound(string command, string name, IEnumerable<string> known) => Create(
        new PSArgumentException($"{command} has no parameter '{name}'."),
        nameof(ParameterNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        known.Any() ? $"Its parameters are {string.Join(", ", known)}." : "It has no parameters.");

    /// <summary>A parameter set that the command does not have.</summary>
    public static ErrorRecord ParameterSetNotFound(string command, string name, IEnumerable<string> known) => Create(
        new PSArgumentException($"{command} has no parameter set '{name}'."),
        nameof(ParameterSetNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        $"Its parameter sets are {string.Join(", ", known)}.");

    /// <summary>Something that is no command.</summary>
    public static ErrorRecord NotACommand(object target) => Create(
        new PSArgumentException($"An object of the type {NameOf(target)} is not a command."),
        nameof(NotACommand),
        ErrorCategory.InvalidType,
        target,
        "Give names of commands, what Get-Command puts out, or script blocks.");

    /// <summary>Nobody is connected and the environment has no key.</summary>
    public static ErrorRecord NotConnected() =>
        new CohereException(ErrorReason.NoApiKey, "There is no connection to Cohere, and no API key in the environment.").ToErrorRecord(null);

    /// <summary>Key and vault.</summary>
    public static ErrorRecord SecretNotFound(string name, RuntimeException exception) => Create(
        // The record inside says what went wrong; the outer message only that it stopped.
        new PSInvalidOperationException($"The secret '{name}' could not be read: {exception.ErrorRecord.Exception.Message}", exception),
        nameof(SecretNotFound),
        ErrorCategory.ObjectNotFound,
        name,
        "Install-PSResource Microsoft.PowerShell.SecretManagement, register and unlock the vault, and check the name with Get-SecretInfo.");

    /// <summary>A source of the key that holds none.</summary>
    public static ErrorRecord NoKeyIn(string source, string action) => Create(
        new PSArgumentException($"There is no API key in {source}."),
        nameof(ErrorReason.NoApiKey),
        ErrorCategory.AuthenticationError,
        null,
        action);

    /// <summary>The key was checked and refused.</summary>
    public static ErrorRecord KeyRefused(CohereSession session) =>
        new CohereException(ErrorReason.Unauthorized, $"{session.BaseUri} refuses the key from {session.ApiKeySource}. The session was not connected.").ToErrorRecord(session);

    /// <summary>The emulator's port.</summary>
    public static ErrorRecord PortNotAvailable(int port, Exception exception) => Create(
        new PSInvalidOperationException($"The emulator cannot listen on port {port}: {exception.Message}", exception),
        nameof(PortNotAvailable),
        ErrorCategory.ResourceUnavailable,
        port,
        "Leave -Port out to take any free port.");

    /// <summary>The emulator's -StatePath.</summary>
    public static ErrorRecord StateNotAvailable(string? path, Exception exception) => Create(
        new PSInvalidOperationException($"The emulator cannot keep its state: {exception.Message}", exception),
        nameof(StateNotAvailable),
        ErrorCategory.ResourceUnavailable,
        path,
        "One emulator at a time uses a folder: stop the other one (Stop-CohereEmulator, Disconnect-Cohere), or give -StatePath another folder.");

    /// <summary>A chat at the prompt where nobody can be asked.</summary>
    public static ErrorRecord NotInteractive(string reason) => Create(
        new PSInvalidOperationException($"There is nobody to chat with: {reason}."),
        nameof(NotInteractive),
        ErrorCategory.InvalidOperation,
        null,
        "Use Invoke-CohereChat, which needs nobody at the keyboard; its -History goes on with a conversation.");

    private static string NameOf(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value).GetType().Name;

    private static ErrorRecord Create(Exception exception, string reason, ErrorCategory category, object? target, string action) =>
        new(exception, "CohereShell." + reason, category, target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action },
        };
}
