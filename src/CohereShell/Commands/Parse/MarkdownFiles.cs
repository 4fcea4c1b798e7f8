using System.Text;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Writes the Markdown of documents: to one file for all, or to a file for each in a folder.</summary>
internal sealed class MarkdownFiles : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly InvokeCohereParseCommand _command;
    private readonly string _target;
    private readonly bool _isFolder;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private ReplacingFile? _file;
    private bool _isFolderReady;
    private long _written;

    private MarkdownFiles(InvokeCohereParseCommand command, string target, bool isFolder)
    {
        _command = command;
        _target = target;
        _isFolder = isFolder;
    }

    /// <summary>Prepares the file or the folder. A problem with it ends the command, before a call is spent.</summary>
    /// <returns>Null if the documents are output as objects.</returns>
    public static MarkdownFiles? Open(InvokeCohereParseCommand command)
    {
        if (command.OutFile is not null && command.OutDirectory is not null)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-OutFile writes one file for all documents, and -OutDirectory writes a file for each document.",
                "Specify only one of -OutFile and -OutDirectory."));
        }

        if ((command.OutFile ?? command.OutDirectory) is not { } path)
        {
            return null;
        }

        // The path is literal, like -OutFile of Invoke-WebRequest.
        var files = new MarkdownFiles(command, FilePaths.ResolveTarget(command, path, isLiteral: true), command.OutFile is null);
        files.Prepare();
        return files;
    }

    /// <summary>Whether a document is to be read, and the file for it.</summary>
    /// <param name="name">The name of the image, without its extension.</param>
    /// <param name="source">The image file; null for an address.</param>
    /// <param name="path">The file.</param>
    public bool TryBegin(string name, string? source, out string path)
    {
        path = _isFolder ? Path.Combine(_target, UniqueName(FilePaths.FileNameOf(name)) + ".md") : _target;
        if (source is not null && FilePaths.IsSame(source, path))
        {
            _command.WriteError(ErrorRecords.InvalidValue(
                $"'{path}' is the image itself, which its Markdown would replace. Nothing was sent for it.",
                $"Specify another file with -{(_isFolder ? nameof(_command.OutDirectory) : nameof(_command.OutFile))}.",
                source));
            return false;
        }

        if (!_isFolder)
        {
            return _file is not null;
        }

        if (ProblemOf(path) is { } problem)
        {
            _command.WriteError(problem);
            return false;
        }

        if (!_command.ShouldProcess(path, "Write the Markdown of a document"))
        {
            return false;
        }

        PrepareFolder();
        return true;
    }

    /// <summary>Writes a document.</summary>
    public void Write(ParsedDocument document, string path)
    {
        _written++;
        if (_file is not null)
        {
            FilePaths.Write(_command, path, () => Append(_file.Stream!, document, isFirst: _written == 1));
            return;
        }

        try
        {
            using var file = new ReplacingFile(path, keepsContent: false);
            Append(file.Stream!, document, isFirst: true);
            file.Complete(MayReplace);
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            // The document is paid for: the error has it.
            _command.WriteError(ErrorRecords.FileNotWritable(path, exception, document));
            return;
        }

        PassThru(path);
    }

    /// <summary>Gives the one file its name. If there's no document for it, an existing file stays as it is.</summary>
    public void Complete()
    {
        if (_file is not null && _written > 0)
        {
            FilePaths.Write(_command, _file.Path, () => _file.Complete(MayReplace));
            PassThru(_file.Path);
        }
    }

    /// <summary>Deletes a file that isn't complete.</summary>
    public void Dispose() => _file?.Dispose();

    private bool MayReplace => !_command.NoClobber;

    private static void Append(FileStream stream, ParsedDocument document, bool isFirst)
    {
        byte[] bytes = Utf8.GetBytes((isFirst ? string.Empty : "\n") + document.Text + "\n");
        stream.Write(bytes, 0, bytes.Length);
    }

    private void Prepare()
    {
        if (_isFolder)
        {
            if (File.Exists(_target))
            {
                _command.ThrowTerminatingError(ErrorRecords.InvalidValue($"'{_target}' is a file, and -OutDirectory requires a folder.", "Specify a folder, or use -OutFile.", _target));
            }

            return;
        }

        if (ProblemOf(_target) is { } problem)
        {
            _command.ThrowTerminatingError(problem);
        }

        if (_command.ShouldProcess(_target, "Write the Markdown of documents"))
        {
            FilePaths.Write(_command, _target, () => _file = new ReplacingFile(_target, keepsContent: false));
        }
    }

    private void PrepareFolder()
    {
        if (_isFolderReady)
        {
            return;
        }

        FilePaths.Write(_command, _target, () =>
        {
            Directory.CreateDirectory(_target);
            // Shows now whether files can be written there, because the calls cost money.
            using var trial = new ReplacingFile(Path.Combine(_target, "document.md"), keepsContent: false);
        });
        _isFolderReady = true;
    }

    private ErrorRecord? ProblemOf(string path) => FilePaths.ProblemOfTarget(_command, path, MayReplace, _command.Force, canAppend: false);

    // Two images in different folders, or of different formats, can have the same name.
    private string UniqueName(string wanted)
    {
        string name = wanted;
        for (int number = 2; !_names.Add(name); number++)
        {
            name = FormattableString.Invariant($"{wanted}-{number}");
        }

        return name;
    }

    private void PassThru(string path)
    {
        if (_command.PassThru)
        {
            FilePaths.PassThru(_command, path);
        }
    }
}
